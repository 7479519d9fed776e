import { describe, expect, it } from 'vitest';
import { quiet } from '../scenarios/quiet.ts';
import { castOf, scriptedCalls } from '../scenarios/scripts.ts';
import { START, tell } from './telling.ts';
import { createWorld } from './world.ts';

const cast = castOf(quiet.account);
const calls = scriptedCalls(quiet.account);
const [first] = cast.users;

describe('the rest of the calls', () => {
  it.each([
    ['outboundUnanswered', 'NoAnswer'],
    ['outboundBusy', 'TargetBusy'],
  ] as const)('%s', (name, reason) => {
    const { lines, states, truth } = tell(calls[name]);
    expect(lines.at(-2)).toContain(`p2 Disconnected ${reason}`);
    expect(states).toEqual(['ringing', 'ended']);
    expect(truth.missed).toBe(false);
    expect(truth).not.toHaveProperty('answeredAt');
  });

  it('hanging up in a menu is missed, though the caller was Answered', () => {
    const { lines, truth } = tell(calls.menuHangUp);
    expect(lines).toEqual(['2 p1 Setup', '3 p2 Setup', '4 p1 Answered', '5 p1 Disconnected', '6 p2 Disconnected']);
    expect(truth.missed).toBe(true);
  });

  it.each(Object.keys(calls) as (keyof typeof calls)[])('%s ends with nothing left over', (name) => {
    const { world, events } = tell(calls[name]);
    expect(world.liveSessions()).toEqual([]);
    expect(new Set(events.map((event) => event.sessionId)).size).toBeLessThanOrEqual(3);
    for (const { sessionId, telephonySessionId, party } of events) {
      expect(sessionId).toMatch(/^\d{12}$/);
      expect(telephonySessionId).toMatch(/^s-[0-9a-f]{32}$/);
      expect(party.id).toMatch(new RegExp(`^p-${telephonySessionId.slice(2)}-\\d+$`));
    }
  });
});

describe('the world', () => {
  it('shows a session from its first event on', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    const id = world.place(calls.directAnswered);
    expect(world.session(id)).toBeUndefined();
    expect(world.nextAt()).toBe(START);
    expect(world.advanceTo(START)).toHaveLength(1);
    expect(world.session(id)?.parties).toHaveLength(1);
  });

  it('refuses stories about nobody', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    expect(() => world.place({ kind: 'inbound', toExtensionId: '7', steps: [] })).toThrow(/no extension 7/);
    expect(() => world.place({ kind: 'outbound', steps: [] })).toThrow(/needs fromExtensionId/);
    expect(() => world.place({ kind: 'internal', fromExtensionId: first, steps: [] })).toThrow(/needs toExtensionId/);
    expect(() => world.place({ kind: 'fax', toExtensionId: cast.menu, steps: [] })).toThrow(/receives no faxes/);
    const fetch = { do: 'directedPickup', after: 0, extensionId: cast.menu } as const;
    expect(() => world.place({ kind: 'inbound', steps: [fetch] })).toThrow(/is no user/);
    world.place(calls.outboundAnswered);
    expect(() => world.place(calls.outboundAnswered)).toThrow(/is on the phone/);
    expect(() => createWorld({ seed: 1, scenario: 'noon', startAt: START })).toThrow(
      /no scenario noon; there are callcentre/,
    );
  });

  it('keeps a conversation without a last step going', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START });
    const id = world.place({ kind: 'inbound', toExtensionId: first, steps: [{ do: 'answer', after: 1_000 }] });
    world.advanceTo(START + 86_400_000);
    expect(world.session(id)?.truth.state).toBe('talking');
    expect(world.nextAt()).toBeUndefined();
  });

  it('the caller’s patience ends the wait', () => {
    const { truth } = tell({ kind: 'inbound', toExtensionId: cast.ringAll.id, patienceMs: 30_000, steps: [] });
    expect(truth.missed).toBe(true);
    expect((truth.endedAt ?? 0) - truth.startedAt).toBeLessThan(32_000);
  });

  it('forgets sessions that ended long ago, and only those', () => {
    const world = createWorld({ seed: 1, scenario: quiet, startAt: START, retentionMs: 60_000 });
    const early = world.place(calls.menuHangUp);
    world.advanceTo(START + 50_000);
    const late = world.place(calls.menuHangUp);
    world.advanceTo(START + 70_000);
    expect(world.session(early)).toBeUndefined();
    expect(world.sessions().map((session) => session.telephonySessionId)).toEqual([late]);
  });
});
