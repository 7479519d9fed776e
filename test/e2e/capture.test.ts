// In:  notifications as they were captured, played through the socket of a simulated platform to the real product.
// Out: proof that real traffic of one outbound call reads as one outbound call, state by state.
// Never: a number of a person in the repository; the recording stays outside, and a made one of its shape is always played.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type CapturedNotification, readCapture } from '../simulator/replay.ts';
import { madeCapture } from './made-capture.ts';
import { type RealSystem, startRealSystem } from './real-system.ts';

const recording = fileURLToPath(new URL('../../../shared/captures/ringcentral-to-pstn.json', import.meta.url));
const hasRecording = existsSync(recording);
if (!hasRecording) console.warn(`!!! ${recording} is absent: the recorded call is NOT replayed, only the made one.`);

/** The call of 23 s in about two, every state still longer than a frame. */
const SPEED = 10;

let system: RealSystem | undefined;

afterEach(async () => system?.close());

async function replay(events: readonly CapturedNotification[]): Promise<RealSystem> {
  system = await startRealSystem();
  await system.untilLive();
  const body = JSON.stringify({ events, speed: SPEED });
  const answer = await fetch(`${system.platformUrl}/simulator/replay`, { method: 'POST', body });
  expect(await answer.json()).toMatchObject({ events: events.length });
  return system;
}

/** When the party of that number first had that status, ms after the first event. */
function since(events: readonly CapturedNotification[], party: string, code: string): number {
  const at = ({ body }: CapturedNotification) => Date.parse(body.eventTime ?? '');
  const first = events[0];
  const found = events.find(({ body }) => {
    return body.parties?.some((each) => each.id?.endsWith(`-${party}`) && each.status?.code === code);
  });
  if (first === undefined || found === undefined) throw new Error(`no ${code} of party ${party} in the capture`);
  return at(found) - at(first);
}

async function tellsOneOutboundCall(events: readonly CapturedNotification[]): Promise<void> {
  const { boardCall, wallCall, board, wall, states, changes } = await replay(events);
  const id = events[0]?.body.telephonySessionId ?? '';
  const call = await boardCall(id, ({ state }) => state === 'ended');
  expect(states(id)).toEqual(['ringing', 'talking', 'held', 'talking', 'ended']);
  const dialler = events[0]?.body.parties?.[0];
  expect(dialler?.to?.phoneNumber).toMatch(/^\+\d+$/);
  expect(call).toMatchObject({ direction: 'outbound', missed: false });
  expect([call.from.phoneNumber, call.to.phoneNumber]).toEqual([dialler?.from?.phoneNumber, dialler?.to?.phoneNumber]);

  const ms = (time: string | undefined) => Date.parse(time ?? '') - Date.parse(call.startedAt);
  // Scaled times are whole milliseconds, so each may be off by one.
  const scaled = (wanted: number) => Math.round(wanted / SPEED);
  expect(Math.abs(ms(call.answeredAt) - scaled(since(events, '2', 'Answered')))).toBeLessThanOrEqual(1);
  expect(Math.abs(ms(call.endedAt) - scaled(since(events, '2', 'Disconnected')))).toBeLessThanOrEqual(1);

  expect((await board()).calls.map((each) => each.id)).toEqual([id]);
  await wallCall(id, ({ state, missed }) => state === 'ended' && missed === false);
  expect(wall.calls().map((each) => each.id)).toEqual([id]);
  const milestones = changes.map(({ type }) => type).filter((type) => type !== 'callChanged');
  expect(milestones).toEqual(['callStarted', 'callEnded']);
}

describe('captured traffic', () => {
  it('of the shape of a recorded outbound call is told as one outbound call', () => tellsOneOutboundCall(madeCapture));

  it.skipIf(!hasRecording)('as recorded is told as one outbound call', () =>
    tellsOneOutboundCall(readCapture(recording)),
  );
});
