/**
 * In:  a call as the truth has it and as the server told it last, both over.
 * Out: where offers, queue entries, outcome and durations differ, in words.
 * Never: a guess at what was lost. Who calls says whether every event came.
 */
import type { Call } from '@ringside/shared/domain/call';
import { standardPolicy } from '@ringside/shared/domain/outcome-policy';
import { offersOf, queueEntriesOf, timesOf } from '@ringside/shared/domain/readings';
import type { TrueCall } from '../simulator/pbx/model.ts';

/** Two ends of one causal step are told some hundred ms apart. */
const CLOSE_MS = 1_000;

/** What must be right of every ended call, whatever was lost: an answer is never taken for none, nor none for an answer. */
export function outcomeProblems(truth: TrueCall, told: Call): string[] {
  if (told.outcome === undefined || truth.outcome === undefined) return [];
  const opposite = (told.outcome === 'answered') !== (truth.outcome === 'answered');
  return opposite ? [`${truth.id} was ${truth.outcome} and is told as ${told.outcome}`] : [];
}

/** What must be right besides where every event came, in time. */
export function storyProblems(truth: TrueCall, told: Call): string[] {
  const { talkMs, holdMs } = timesOf(told);
  return [
    ...(isBorderline(truth) ? [] : differ(truth.id, 'outcome', truth.outcome, told.outcome)),
    ...differ(truth.id, 'offers', truth.offers.map(offerWords), offersOf(told).map(offerWords)),
    ...differ(truth.id, 'queue entries', truth.queueEntries.map(entryWords), queueEntriesOf(told).map(entryWords)),
    ...apart(truth.id, 'talk', truth.talkMs, talkMs),
    ...apart(truth.id, 'hold', truth.holdMs, holdMs),
  ];
}

/** Whether a caller left soon or later is read off times that are some hundred ms apart from the truth's. */
function isBorderline({ startedAt, endedAt = startedAt, outcome }: TrueCall): boolean {
  const left = outcome === 'shortAbandoned' || outcome === 'abandoned';
  return left && Math.abs(endedAt - startedAt - standardPolicy.shortAbandonMs) <= CLOSE_MS;
}

interface OfferLike {
  readonly extensionId?: string;
  readonly queueId?: string;
  readonly end?: string;
}

const offerWords = ({ extensionId, queueId, end }: OfferLike): string =>
  `${extensionId ?? 'outside'}${queueId === undefined ? '' : ` for ${queueId}`}: ${end ?? 'open'}`;

const entryWords = ({ queueId, left }: { readonly queueId: string; readonly left?: string }): string =>
  `${queueId}: ${left ?? 'open'}`;

function differ(id: string, what: string, truth: unknown, told: unknown): string[] {
  const [is, says] = [JSON.stringify(truth), JSON.stringify(told)];
  return is === says ? [] : [`${id} ${what} ${is}, told as ${says}`];
}

const apart = (id: string, what: string, truth: number, told: number): string[] =>
  Math.abs(truth - told) <= CLOSE_MS ? [] : [`${id} ${what} of ${truth} ms, told as ${told} ms`];
