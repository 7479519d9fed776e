import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Change } from '@ringside/shared/domain/change';
import { liveCalls } from '@ringside/shared/domain/board';
import { describe, expect, test } from 'vitest';
import type { CallScript } from '../simulator/pbx/model.ts';
import type { ManyCalls, ManyOrder } from './many-calls.ts';
import { answeredBy, callTo, ringAll } from './ring-all.ts';
import { startWholeSystem, type SystemOptions, type WholeSystem } from './whole-system.ts';

/**
 * Six ways in which wallboards fail on one call to a queue that rings its four agents at once, each through the whole
 * server, and twenty thousand such calls: a phantom miss per agent who did not answer is the commonest of all.
 */
const one = ringAll(1);

const answered = callTo(one, 0, answeredBy(one, 0, 2), { do: 'hangUp', after: 6_000, by: 'caller' });
const abandoned = callTo(one, 0, { do: 'hangUp', after: 12_000, by: 'caller' });

/** How long from the placing of a call until its last event has come. */
const OVER_MS = 20_000;

interface Told {
  readonly types: readonly Change['type'][];
  readonly outcome: string | undefined;
  readonly live: number;
}

/** Starts the server, lets it see that all is quiet, places the call, and waits until it is over. */
async function tell(script: CallScript, options: Partial<SystemOptions> = {}, afterMs = OVER_MS): Promise<Told> {
  const system = await startWholeSystem({ seed: 1, scenario: one, viewer: false, ...options });
  try {
    await system.time.advance(5_000);
    const id = system.simulator.place(script);
    await system.time.advance(afterMs);
    return toldOf(system, id);
  } finally {
    await system.close();
  }
}

function toldOf(system: WholeSystem, id: string): Told {
  const own = system.changes.filter(({ call }) => call.id === id);
  const types = own.map(({ type }) => type).filter((type) => type !== 'callChanged');
  expect(system.changes.every(({ call }) => call.id === id)).toBe(true);
  expect(system.truth().map(({ state }) => state)).toEqual(['ended']);
  return { types, outcome: own.at(-1)?.call.outcome, live: liveCalls(system.picture()).length };
}

interface Frame {
  readonly session: string;
  readonly sequence: number;
  readonly party: { readonly id: string; readonly status: { readonly code: string } };
}

/** A telephony event as it lies in its frame; undefined for every other frame. */
function frameOf(text: string): Frame | undefined {
  const [, envelope] = JSON.parse(text) as [unknown, { body?: EventBody }?];
  const { telephonySessionId: session, sequence, parties } = envelope?.body ?? {};
  const party = parties?.[0];
  return session === undefined || sequence === undefined || party === undefined
    ? undefined
    : { session, sequence, party };
}

interface EventBody {
  readonly telephonySessionId?: string;
  readonly sequence?: number;
  readonly parties?: readonly Frame['party'][];
}

/** Holds back the first event that `late` picks until `until` picks another, which it then follows at once. */
function overtaken(late: (frame: Frame) => boolean, until: (frame: Frame, held: Frame) => boolean) {
  let held: { readonly text: string; readonly frame: Frame } | undefined;
  let done = false;
  return (text: string): readonly string[] => {
    const frame = frameOf(text);
    if (frame === undefined || done) return [text];
    if (held === undefined && late(frame)) {
      held = { text, frame };
      return [];
    }
    if (held === undefined || !until(frame, held.frame)) return [text];
    done = true;
    return [text, held.text];
  };
}

/** Two events in a row become one notification with both parties; the platform would have numbered them as one. */
function paired(first: number) {
  let kept: string | undefined;
  return (text: string): readonly string[] => {
    const frame = frameOf(text);
    if (frame === undefined || frame.sequence < first) return [text];
    if (frame.sequence === first) {
      kept = text;
      return [];
    }
    const [meta, envelope] = JSON.parse(text) as [unknown, { body: Required<EventBody> }];
    const { body } = envelope;
    const before = kept === undefined ? undefined : frameOf(kept)?.party;
    kept = undefined;
    const parties = before === undefined ? body.parties : [before, ...body.parties];
    return [JSON.stringify([meta, { ...envelope, body: { ...body, parties, sequence: body.sequence - 1 } }])];
  };
}

describe('one call to four agents who ring at once', () => {
  const wasAnswered: Told = { types: ['callStarted', 'callEnded'], outcome: 'answered', live: 0 };

  test('answered by the third: one call answered, none missed, none left', async () => {
    expect(await tell(answered)).toEqual(wasAnswered);
  });

  test('the caller gives up: missed once, not once per phone', async () => {
    expect(await tell(abandoned)).toEqual({
      types: ['callStarted', 'callEnded', 'callMissed'],
      outcome: 'abandoned',
      live: 0,
    });
  });

  test('every final Disconnected is lost: gone within 60 s of the end', async () => {
    const told = await tell(answered, { faults: 'drop-final' }, OVER_MS - 10_000 + 60_000);
    expect(told).toMatchObject({ live: 0, types: ['callStarted', 'callEnded'] });
  });

  test('an Answered that comes after the Disconnected of its phone: answered, and no ghost', async () => {
    let late = 0;
    const deliver = overtaken(
      ({ party, sequence }) => party.status.code === 'Answered' && sequence > 6,
      ({ party }, held) => {
        const over = party.id === held.party.id && party.status.code === 'Disconnected';
        if (over) late += 1;
        return over;
      },
    );
    expect(await tell(answered, { deliver })).toEqual(wasAnswered);
    expect(late).toBe(1);
  });

  test.each([2, 3, 5, 8])('two parties in one notification, from number %i on: both count', async (first) => {
    expect(await tell(answered, { deliver: paired(first) })).toEqual(wasAnswered);
  });
});

const MANY = 20_000;
/** Each server in a thread of its own, serving its share. */
const SERVERS = 2;
/** Hours of virtual time; quick on a quiet machine, several times as long on a busy one. */
const MANY_MS = 600_000;

async function manyCalls(order: ManyOrder): Promise<ManyCalls> {
  const worker = new Worker(new URL('many-calls.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  const [result] = (await once(worker, 'message')) as [ManyCalls];
  await worker.terminate();
  return result;
}

test(
  `${MANY} answered calls to four agents each: all answered, none missed, none left`,
  { timeout: MANY_MS },
  async () => {
    const calls = MANY / SERVERS;
    const results = await Promise.all(Array.from({ length: SERVERS }, (_, i) => manyCalls({ calls, seed: i + 1 })));
    for (const result of results) {
      const right = { callStarted: calls, callEnded: calls, callMissed: 0, answered: calls, live: 0, trulyLive: 0 };
      expect(result).toMatchObject(right);
      // Nothing was lost: four phones ring and stop, caller and queue come and go.
      expect(result.events).toBeGreaterThan(11 * calls);
    }
  },
);
