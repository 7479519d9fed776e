import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readmeFile, withFaultTable } from './fault-table.ts';
import { controlRoutes } from './gateway/control.ts';
import { scenarios } from './scenarios/registry.ts';

const readme = readFileSync(readmeFile, 'utf8');

it('the table of faults is what the faults say (node test/simulator/fault-table.ts writes it)', () => {
  expect(readme).toBe(withFaultTable(readme));
});

it('every control endpoint and every scenario is described', () => {
  const endpoints = [...readme.matchAll(/^\| `((?:GET|POST) \/simulator\/\w+)`/gm)].map((match) => match[1]);
  expect(endpoints).toEqual(controlRoutes.map(({ method, path }) => `${method} ${path}`));
  const [, table = ''] = /## Scenarios\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const described = [...table.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
  expect(described.sort()).toEqual([...scenarios.keys()].sort());
});
