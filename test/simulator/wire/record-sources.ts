/**
 * In:  a session as it truly is.
 * Out: the call-log records it makes, one per extension that sees it, with the instants at which each changes.
 * Never: what a record looks like or when a client gets to see the change.
 */
import type { SimParty, SimSession } from '../pbx/model.ts';
import type { Cloud } from './cloud.ts';
import { isPickup } from './pickups.ts';

/** In which part the record's extension took part. */
export type RecordRole = 'caller' | 'callee' | 'agent' | 'queue' | 'menu' | 'monitor' | 'fax';

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

/** A supervisor's: of a session of supervision, or one who has joined the call itself. */
function isMonitor({ truth }: SimSession, party: SimParty): boolean {
  return truth.kind === 'supervision' || party.enteredFor === 'Supervising';
}

function roleOf(cloud: Cloud, session: SimSession, party: SimParty): RecordRole | undefined {
  if (party.extensionId === undefined) return undefined;
  if (isMonitor(session, party)) return 'monitor';
  if (session.truth.kind === 'fax' && party.direction === 'Inbound') return 'fax';
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

/** What one extension does in a session twice over, such as dialling and being rung, makes two records. */
const sideOf = (role: RecordRole): RecordRole => (role === 'caller' || role === 'monitor' ? role : 'callee');

interface Group {
  readonly extensionId: string;
  readonly role: RecordRole;
  readonly parties: SimParty[];
}

/** Parties by extension; an inbound party outside the company joins the person it stands in for. */
function groupsOf(cloud: Cloud, session: SimSession): readonly Group[] {
  const groups: Group[] = [];
  for (const party of session.parties) {
    const role = roleOf(cloud, session, party);
    if (role !== undefined && party.extensionId !== undefined) {
      const { extensionId } = party;
      const group = groups.find((one) => one.extensionId === extensionId && sideOf(one.role) === sideOf(role));
      if (group !== undefined) group.parties.push(party);
      else groups.push({ extensionId, role, parties: [party] });
    } else if (party.extensionId === undefined && party.direction === 'Inbound') {
      const people = groups.filter((one) => one.role !== 'menu' && one.role !== 'queue' && one.role !== 'monitor');
      const named = people.find(({ extensionId }) => extensionId === party.to.extensionId);
      (named ?? people.at(-1))?.parties.push(party);
    }
  }
  return groups;
}

const PEOPLE: readonly RecordRole[] = ['caller', 'callee', 'agent'];

/** The phones this queue rang. */
function offersOf(queueId: string, groups: readonly Group[]): readonly SimParty[] {
  const agents = groups.filter(({ role }) => role === 'agent').flatMap(({ parties }) => parties);
  return agents.filter(({ queueCall, to }) => queueCall === true && to.extensionId === queueId);
}

/** Who fetched the call while phones still rang. */
function pickups(session: SimSession): readonly SimParty[] {
  return session.parties.filter((party) => isPickup(session, party));
}

function answerOf(group: Group, groups: readonly Group[], session: SimSession): number | undefined {
  const inbound = (parties: readonly SimParty[]) =>
    earliest(parties.filter(({ direction }) => direction === 'Inbound').map(({ answeredAt }) => answeredAt));
  switch (group.role) {
    case 'menu':
    case 'fax':
      return undefined;
    case 'queue':
      return earliest(
        [...offersOf(group.extensionId, groups), ...pickups(session)].map(({ answeredAt }) => answeredAt),
      );
    // The caller's own Answered only says that a ring tone began, so the other end decides.
    case 'caller':
      return earliest(groups.filter(({ role }) => PEOPLE.includes(role)).map(({ parties }) => inbound(parties)));
    case 'callee':
    case 'agent':
    case 'monitor':
      return group.role === 'monitor'
        ? earliest(group.parties.map(({ answeredAt }) => answeredAt))
        : inbound(group.parties);
  }
}

function sourceOf(group: Group, groups: readonly Group[], session: SimSession): RecordSource {
  const whole = group.role === 'queue' || group.role === 'menu';
  const endedAt = whole ? session.endedAt : latestOrOpen(group.parties);
  const answeredAt = answerOf(group, groups, session);
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
