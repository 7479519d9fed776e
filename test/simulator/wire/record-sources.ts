/**
 * In:  a session as it truly is.
 * Out: the call-log records it makes, one per extension that sees it, with the instants at which each changes.
 * Never: what a record looks like or when a client gets to see the change.
 */
import type { SimParty, SimSession } from '../pbx/model.ts';
import type { Cloud } from './cloud.ts';

/** In which part the record's extension took part. */
export type RecordRole = 'caller' | 'callee' | 'agent' | 'queue' | 'menu';

/** One record to be: a session as one of its extensions sees it. All times ms since the epoch. */
export interface RecordSource {
  readonly session: SimSession;
  readonly extensionId: string;
  readonly role: RecordRole;
  /** The extension's own parties, and the outside parties that ring on its behalf (mobile, outside transfer). */
  readonly parties: readonly SimParty[];
  readonly startAt: number;
  /** When a person (or the outside end) answered, as far as this record is concerned. */
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly voicemail: boolean;
}

const earliest = (instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const latestOrOpen = (parties: readonly SimParty[]): number | undefined =>
  parties.every(({ endedAt }) => endedAt !== undefined)
    ? Math.max(...parties.map(({ endedAt }) => endedAt ?? 0))
    : undefined;

/** True once the party lies, or ended, in a mailbox. */
export function reachedMailbox(party: SimParty): boolean {
  return (
    party.status.code === 'VoiceMail' ||
    party.status.code === 'VoiceMailScreening' ||
    party.status.reason === 'Voicemail'
  );
}

function roleOf(cloud: Cloud, party: SimParty): RecordRole | undefined {
  if (party.extensionId === undefined) return undefined;
  if (party.direction === 'Outbound') return 'caller';
  switch (cloud.extension(party.extensionId)?.type) {
    case 'Department':
      return 'queue';
    case 'IvrMenu':
    case 'FaxUser':
      return 'menu';
    case 'Announcement':
    case 'Voicemail':
    case 'ParkLocation':
      return undefined;
    // A replayed extension is in no directory; it is taken for a person's.
    case 'User':
    case undefined:
      return party.queueCall === true ? 'agent' : 'callee';
  }
}

interface Group {
  readonly extensionId: string;
  readonly role: RecordRole;
  readonly parties: SimParty[];
}

/** Parties by extension; an inbound party outside the company joins the person it stands in for. */
function groupsOf(cloud: Cloud, session: SimSession): readonly Group[] {
  const groups: Group[] = [];
  for (const party of session.parties) {
    const role = roleOf(cloud, party);
    if (role !== undefined && party.extensionId !== undefined) {
      const { extensionId } = party;
      const group = groups.find(
        (one) => one.extensionId === extensionId && (one.role === 'caller') === (role === 'caller'),
      );
      if (group !== undefined) group.parties.push(party);
      else groups.push({ extensionId, role, parties: [party] });
    } else if (party.extensionId === undefined && party.direction === 'Inbound') {
      const people = groups.filter((one) => one.role !== 'menu' && one.role !== 'queue');
      const named = people.find(({ extensionId }) => extensionId === party.to.extensionId);
      (named ?? people.at(-1))?.parties.push(party);
    }
  }
  return groups;
}

function answerOf(group: Group, groups: readonly Group[]): number | undefined {
  const inbound = (parties: readonly SimParty[]) =>
    earliest(parties.filter(({ direction }) => direction === 'Inbound').map(({ answeredAt }) => answeredAt));
  switch (group.role) {
    case 'menu':
      return undefined;
    case 'queue':
      return earliest(groups.filter(({ role }) => role === 'agent').map(({ parties }) => inbound(parties)));
    // The caller's own Answered only says that a ring tone began, so the other end decides.
    case 'caller':
      return earliest(
        groups.filter(({ role }) => role !== 'menu' && role !== 'queue').map(({ parties }) => inbound(parties)),
      );
    case 'callee':
    case 'agent':
      return inbound(group.parties);
  }
}

function sourceOf(group: Group, groups: readonly Group[], session: SimSession): RecordSource {
  const whole = group.role === 'queue' || group.role === 'menu';
  const endedAt = whole ? session.endedAt : latestOrOpen(group.parties);
  const answeredAt = answerOf(group, groups);
  const first = groups.find(({ role }) => role !== 'menu') === group || whole;
  return {
    session,
    extensionId: group.extensionId,
    role: group.role,
    parties: group.parties,
    startAt: first
      ? session.createdAt
      : (earliest(group.parties.map(({ createdAt }) => createdAt)) ?? session.createdAt),
    voicemail:
      answeredAt === undefined &&
      (group.parties.some(reachedMailbox) || (whole && session.parties.some(reachedMailbox))),
    ...(answeredAt === undefined ? {} : { answeredAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

/** An agent rung in vain has a record when he let it ring out; when a colleague was faster, only with the option on. */
function isLogged(cloud: Cloud, source: RecordSource): boolean {
  if (source.role !== 'agent' || source.answeredAt !== undefined || cloud.options.recordsOfLosers) return true;
  return source.parties.some(({ missedCall, status }) => missedCall && status.reason !== 'AgentAnswered');
}

/** The records of a session. A menu has one only when the caller got no further. */
function deriveSources(cloud: Cloud, session: SimSession): readonly RecordSource[] {
  const groups = groupsOf(cloud, session);
  const reached = groups.some(({ role }) => role !== 'menu');
  return groups
    .filter(({ role }) => role !== 'menu' || !reached)
    .map((group) => sourceOf(group, groups, session))
    .filter((source) => isLogged(cloud, source));
}

/** A session is a value, so what was derived from it once stays right. */
const derived = new WeakMap<Cloud, WeakMap<SimSession, readonly RecordSource[]>>();

/** The records of a session, the same objects for the same session of the same cloud. */
export function recordSources(cloud: Cloud, session: SimSession): readonly RecordSource[] {
  const known = derived.get(cloud) ?? new WeakMap<SimSession, readonly RecordSource[]>();
  derived.set(cloud, known);
  const sources = known.get(session) ?? deriveSources(cloud, session);
  known.set(session, sources);
  return sources;
}
