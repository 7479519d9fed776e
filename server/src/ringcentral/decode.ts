/**
 * In:  RingCentral's words.
 * Out: ours. Every table of the translation stands here.
 * Never: a judgement. What an answered leg means for a call is decided in shared/domain.
 */
import type { LegEndReason, LegPhase } from '@ringside/shared/domain/call';
import type { ExtensionKind } from '@ringside/shared/domain/directory';
import type { RecordVerdict } from '@ringside/shared/domain/observation';

function table<T>(groups: readonly (readonly [T, string])[]): ReadonlyMap<string, T> {
  return new Map(groups.flatMap(([ours, theirs]) => theirs.split(',').map((word) => [word.trim(), ours] as const)));
}

/** `CallStatusInfo.code`; the guide and the spec write some of them differently. */
const phases = table<LegPhase>([
  ['setup', 'setup'],
  ['ringing', 'proceeding'],
  // A fax machine that answers has taken the call: nobody has to call back.
  ['answered', 'answered, faxreceive'],
  ['held', 'hold'],
  ['parked', 'parked'],
  ['voicemail', 'voicemail, voicemailscreening, vmscreening'],
  ['ended', 'disconnected'],
  ['gone', 'gone'],
]);

/** `CallStatusInfo.reason`. */
const endReasons = table<LegEndReason>([
  ['pickedUp', 'pickup'],
  ['supervision', 'supervising'],
  ['transferred', 'blindtransfer, rcctransfer, attendedtransfer, dtmftransfer, takeover'],
  ['redirected', 'callerinputredirect, callredirected'],
  ['switched', 'callflip, callswitch'],
  ['parked', 'parklocation, callpark'],
  ['answeredElsewhere', 'agentanswered'],
  ['cancelled', 'agentdropped, cancelled'],
  ['declined', 'rejected, callreplied'],
  ['noAnswer', 'noanswer, timeout'],
  ['busy', 'targetbusy'],
  ['voicemail', 'voicemail'],
  ['conference', 'conference'],
  ['failed', 'internalerror, invalidnumber, internationaldisabled, destinationblocked, notenoughfunds, nosuchuser'],
]);

/** `CallResultEnum` of a record. What is neither clearly connected nor clearly missed stays unknown. */
const verdicts = table<RecordVerdict>([
  ['inProgress', 'in progress'],
  ['connected', 'accepted, call connected, answered elsewhere, reply, received, fax on demand, partial receive, sent'],
  ['missed', 'missed, voicemail, sent to voicemail, abandoned, hang up, no answer, busy, rejected, declined'],
  ['missed', 'answered not accepted'],
]);

/** `AllExtensionTypesEnum`. Behind a person's extension a human can talk. */
const kinds = table<ExtensionKind>([
  ['person', 'user, digitaluser, virtualuser, flexibleuser, limited, room, tieline'],
  ['person', 'sharedlinesgroup, delegatedlinesgroup, groupcallpickup'],
  ['queue', 'department'],
  ['menu', 'ivrmenu'],
  ['machine', 'announcement, voicemail, faxuser, pagingonly, applicationextension, proxyadmin, roomconnector'],
  ['machine', 'parklocation, bot, site'],
]);

const fold = (word: unknown) => (typeof word === 'string' ? word.trim().toLowerCase() : '');

export const toPhase = (code: unknown): LegPhase => phases.get(fold(code)) ?? 'unknown';

/** `other` for a reason that is given but not known; undefined when none is given (the party simply hung up). */
export function toEndReason(reason: unknown): LegEndReason | undefined {
  const word = fold(reason);
  return word === '' ? undefined : (endReasons.get(word) ?? 'other');
}

export const toVerdict = (result: unknown): RecordVerdict => verdicts.get(fold(result)) ?? 'unknown';

/** Undefined for a type that is new to us: whether a human stands behind it must not be guessed. */
export const toExtensionKind = (type: unknown): ExtensionKind | undefined => kinds.get(fold(type));
