import { expect, it } from 'vitest';
import { mayReload } from './reload.ts';

it('reloads once per reason', () => {
  const kept = new Map<string, string>();
  const memory = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  expect(mayReload(memory, 'protocol 2')).toBe(true);
  expect(mayReload(memory, 'protocol 2')).toBe(false);
  expect(mayReload(memory, 'protocol 3')).toBe(true);
});

it('does not reload where it cannot remember that it did', () => {
  const broken = {
    getItem: () => null,
    setItem: () => {
      throw new Error('storage is full');
    },
  };
  expect(mayReload(broken, 'protocol 2')).toBe(false);
});
