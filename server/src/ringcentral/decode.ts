/**
 * In:  RingCentral's words.
 * Out: ours. Every table of the translation stands here.
 * Never: a judgement. What an answered leg means for a call is decided in shared/domain.
 */
import type { LegEndReason, LegPhase } from '@ringside/shared/domain/call';
import type { ExtensionKind } from '@ringside/shared/domain/directory';
import type { RecordResult, RecordVerdict, SessionOrigin } from '@ringside/shared/domain/observation';

function table<T>(groups: readonly (readonly [T, string])[]): ReadonlyMap<string, T> {
  return new Map(groups.flatMap(([ours, theirs]) => theirs.split(',').map((word) => [word.trim(), ours] as const)));
}

/** `CallStatusInfo.code`; the guide and the spec write some of them differently. */
const phases = table<LegPhase>([
  ['setup', 'setup'],
  ['ringing', 'proceeding'],
  ['answered', 'answered'],
  ['fax', 'faxreceive'],
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
  ['failed', 'calldropped'],
]);

/** Reasons that say no more than that the party hung up. */
const plainEnds: ReadonlySet<string> = new Set(['', 'callfinished']);

/** `OriginInfo.type`; what the platform may set up in ways of its own is told apart from what is simply a call. */
const origins = table<SessionOrigin>([
  ['call', 'call, ringme, greetingsrecording, verificationcall, testcall, zoom, callout'],
  ['ringOut', 'ringout'],
  ['conference', 'conference'],
]);

/**
 * `CallResultEnum` of a record. What says neither that somebody answered nor why nobody did stays unknown: a block, a
 * wish to be called back, an attempt that was stopped, and whatever went wrong with a fax.
 */
const results = table<RecordResult>([
  ['answered', 'accepted, call connected, answered elsewhere, reply, received, fax on demand, partial receive, sent'],
  ['missed', 'missed, no answer, answered not accepted'],
  ['abandoned', 'abandoned, hang up'],
  ['voicemail', 'voicemail, sent to voicemail'],
  ['declined', 'rejected, declined'],
  ['busy', 'busy'],
  ['failed', 'call failed, call failure, internal error, wrong number, restricted number, not allowed'],
  ['failed', 'international disabled, international restricted, no calling credit, suspended account'],
  ['failed', 'carrier is not active, edge trunk misconfigured, ip phone offline'],
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
  return plainEnds.has(word) ? undefined : (endReasons.get(word) ?? 'other');
}

/** Undefined for an origin that is new to us. */
export const toOrigin = (type: unknown): SessionOrigin | undefined => origins.get(fold(type));

/** Undefined while in progress and for a word that decides nothing. */
export const toResult = (result: unknown): RecordResult | undefined => results.get(fold(result));

/** The same word, coarser: connected when somebody answered, missed whatever the reason that nobody did. */
export function toVerdict(result: unknown): RecordVerdict {
  if (fold(result) === 'in progress') return 'inProgress';
  const came = toResult(result);
  if (came === undefined) return 'unknown';
  return came === 'answered' ? 'connected' : 'missed';
}

/** Undefined for a type that is new to us: whether a human stands behind it must not be guessed. */
export const toExtensionKind = (type: unknown): ExtensionKind | undefined => kinds.get(fold(type));
