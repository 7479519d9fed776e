import type { Cloud } from './cloud.ts';
import type { RecordSource } from './record-sources.ts';
import { remember } from './remember.ts';
import { between, opaqueId } from './seeded.ts';

/** What a client is told of a record at one moment. */
export type RecordPhase = 'ringing' | 'connected' | 'ended';

const ids = new WeakMap<RecordSource, string>();

/** The record's id; the same while the call is live and later in the call log. */
export function recordId(source: RecordSource): string {
  const side = source.role === 'caller' ? 'out' : 'in';
  const id = ids.get(source) ?? opaqueId(13, source.session.telephonySessionId, source.extensionId, side);
  ids.set(source, id);
  return id;
}

interface Step {
  readonly phase: RecordPhase;
  readonly at: number;
}

/** The changes active-calls takes notice of at all. */
function stepsOf(cloud: Cloud, source: RecordSource): readonly Step[] {
  const { showRoutingCalls, showRingingCalls } = cloud.options;
  const routing = source.role === 'queue' || source.role === 'menu' || source.role === 'agent';
  const steps: Step[] = [];
  if (routing ? showRoutingCalls : showRingingCalls) steps.push({ phase: 'ringing', at: source.startAt });
  if (source.answeredAt !== undefined && (source.role !== 'queue' || showRoutingCalls)) {
    steps.push({ phase: 'connected', at: source.answeredAt });
  }
  if (source.endedAt !== undefined && steps.length > 0) steps.push({ phase: 'ended', at: source.endedAt });
  return steps;
}

/**
 * What active-calls tells of the record at `now`: every change 3–10 s late, the ended call for 120 s after its end.
 * Undefined when the list does not hold the record. Source: the guide on finding active calls.
 */
export function phaseInActiveCalls(cloud: Cloud, source: RecordSource, now: number): RecordPhase | undefined {
  if (source.endedAt !== undefined && now >= source.endedAt + cloud.options.lingerMs) return undefined;
  let visible: RecordPhase | undefined;
  let before = 0;
  for (const { phase, at } of stepsOf(cloud, source)) {
    const late = between(cloud.options.activeCallsLagMs, cloud.seed, recordId(source), phase);
    // A change cannot overtake the one before it.
    before = Math.max(before, at + late);
    if (before <= now) visible = phase;
  }
  return visible;
}

/** When the ended record enters the call log, ms since the epoch; undefined while the call lasts. */
export const callLogEntryAt = remember((cloud: Cloud, source: RecordSource): number | undefined => {
  if (source.endedAt === undefined || source.session.endedAt === undefined) return undefined;
  // The log is written when the whole session is over, so that a transfer's legs come together.
  return source.session.endedAt + between(cloud.options.callLogDelayMs, cloud.seed, recordId(source), 'log');
});
