import type CallLogFromParty from '@rc-ex/core/definitions/CallLogFromParty';
import type { PartyEnd } from '../pbx/model.ts';
import { accountUri, type Cloud } from './cloud.ts';
import { compact } from './compact.ts';
import type { RecordSource } from './record-sources.ts';
import { hash32 } from './seeded.ts';

const PLACES = ['San Rafael, CA', 'Austin, TX', 'Portland, OR', 'Columbus, OH', 'Tampa, FL', 'Boise, ID'] as const;

const TOLL_FREE = /^\+1(800|833|844|855|866|877|888)/;

/** One end of a record. Every member may be missing: an anonymous caller has a name at most. */
export function recordEnd(cloud: Cloud, origin: string, end: PartyEnd): CallLogFromParty {
  const extension = end.extensionId === undefined ? undefined : cloud.extension(end.extensionId);
  const outside = end.extensionId === undefined && end.phoneNumber !== undefined;
  const deviceUri = `${accountUri(cloud, origin)}/device/${end.deviceId}`;
  return compact({
    phoneNumber: end.phoneNumber,
    extensionNumber: extension?.extensionNumber,
    extensionId: end.extensionId,
    name: end.name ?? extension?.name,
    location: outside ? PLACES[hash32('place', end.phoneNumber ?? '') % PLACES.length] : undefined,
    device: end.deviceId === undefined ? undefined : { id: end.deviceId, uri: deviceUri },
  });
}

const inside = (end: PartyEnd): boolean => end.extensionId !== undefined;

/** The ends of the record as it reads when nothing is reversed. */
export function trueEnds(source: RecordSource): { readonly from: PartyEnd; readonly to: PartyEnd } {
  const own = source.parties.find(({ answeredAt }) => answeredAt !== undefined) ?? source.parties[0];
  return { from: own?.from ?? {}, to: own?.to ?? {} };
}

/** True when both ends belong to the company. */
export function isInternal(source: RecordSource): boolean {
  return source.session.truth.direction === 'internal';
}

/** PSTN as soon as one end is outside. */
export function transportOf(source: RecordSource): 'PSTN' | 'VoIP' {
  return isInternal(source) ? 'VoIP' : 'PSTN';
}

/** The tariff-like kind of the call, from the number on the far end. */
export function internalTypeOf(
  source: RecordSource,
): 'Local' | 'LongDistance' | 'International' | 'LocalNumber' | 'TollFreeNumber' {
  if (isInternal(source)) return 'Local';
  const { from, to } = trueEnds(source);
  if (source.role === 'caller')
    return to.phoneNumber?.startsWith('+1') === false && !inside(to) ? 'International' : 'LongDistance';
  return TOLL_FREE.test(to.phoneNumber ?? from.phoneNumber ?? '') ? 'TollFreeNumber' : 'LocalNumber';
}
