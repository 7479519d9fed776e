/**
 * In:  a world and the events it tells.
 * Out: complaints. An independent reader of the stream, in the words of the platform's documents, for tests.
 * Never: the code that made the events; the rules are written a second time here on purpose.
 */
import type { PartyCode, SimAccount, SimParty, SimSession, TrueCall, WorldEvent } from './model.ts';

const OVER = new Set<PartyCode>(['Disconnected', 'Gone']);
/** Setup is left out: a phone that is taken shows it for a moment before it refuses. */
const BUSY = new Set<PartyCode>(['Proceeding', 'Answered', 'Hold']);

/** How far along its life a code is; a party never goes back, except between Answered, Hold and Parked. */
const STAGE: Readonly<Record<string, number>> = {
  Setup: 0,
  Proceeding: 1,
  Answered: 2,
  Hold: 2,
  Parked: 2,
  VoiceMail: 2,
  FaxReceive: 2,
  Disconnected: 3,
  Gone: 3,
};

export interface Observer {
  /** Reads events in the order they came; returns what is wrong with them. */
  read(events: readonly WorldEvent[]): readonly string[];
  /** Compares the truth of sessions that have been silent for a while, and who talks to whom. */
  judge(sessions: readonly SimSession[], now: number): readonly string[];
}

/** While two sessions merge, one of them is silent for three gaps of 110 ms; no other chain of events pauses longer. */
const SILENCE_MS = 350;

/** A reader that knows of nothing but these sessions, as they stood at `now`. */
export function createObserver(account: SimAccount, sessions: readonly SimSession[], now: number): Observer {
  const types = new Map(account.extensions.map((extension) => [extension.id, extension.type]));
  const sequences = new Map<string, { next: number; at: number }>();
  const parties = new Map<string, SimParty>();
  const inUse = new Map<string, Set<string>>();
  let lastAt = now;
  for (const session of sessions) {
    sequences.set(session.telephonySessionId, { next: session.sequence + 1, at: now });
    for (const party of session.parties) {
      parties.set(party.id, party);
      if (BUSY.has(party.status.code)) users(inUse, party).add(party.id);
    }
  }

  const readOne = (event: WorldEvent): string[] => {
    const wrong: string[] = [];
    const { party, telephonySessionId: id } = event;
    const known = sequences.get(id);
    if (event.sequence !== (known?.next ?? 2)) wrong.push(`${id}: sequence ${event.sequence} out of line`);
    if (event.at < lastAt) wrong.push(`${id}: time went back`);
    sequences.set(id, { next: event.sequence + 1, at: event.at });
    lastAt = event.at;
    const before = parties.get(party.id);
    wrong.push(...judgeLife(party, before));
    if (party.queueCall === true && before === undefined && users(inUse, party).size > 0) {
      wrong.push(`${party.id}: offered to busy extension ${party.extensionId}`);
    }
    if (BUSY.has(party.status.code)) users(inUse, party).add(party.id);
    else users(inUse, party).delete(party.id);
    parties.set(party.id, party);
    return wrong;
  };

  return {
    read: (events) => events.flatMap(readOne),
    judge(sessions, now) {
      const silent = sessions.filter((one) => now - (sequences.get(one.telephonySessionId)?.at ?? 0) > SILENCE_MS);
      const wrong = silent.flatMap((session) => {
        if (session.truth.partOf !== undefined || session.truth.kind === 'supervision') return [];
        const expected = readState(session, types);
        const { state } = session.truth;
        return state === expected ? [] : [`${session.telephonySessionId}: truth ${state}, parties say ${expected}`];
      });
      return [...wrong, ...sharedTalkers(sessions, types)];
    },
  };
}

function users(inUse: Map<string, Set<string>>, party: SimParty): Set<string> {
  const key = party.extensionId ?? `outside ${party.id}`;
  const set = inUse.get(key) ?? new Set<string>();
  inUse.set(key, set);
  return set;
}

function judgeLife(party: SimParty, before: SimParty | undefined): string[] {
  const code = party.status.code;
  if (before === undefined) {
    return ['Setup', 'Proceeding', 'Answered', 'VoiceMail'].includes(code) ? [] : [`${party.id} starts as ${code}`];
  }
  const old = before.status.code;
  // The same status is told again for a recording that goes on or off, and for nothing else.
  const told = JSON.stringify(party.recordings) !== JSON.stringify(before.recordings);
  if (OVER.has(old)) return [`${party.id} lives on after ${old}`];
  return (STAGE[code] ?? -1) < (STAGE[old] ?? 0) || (code === old && !told) ? [`${party.id}: ${old} → ${code}`] : [];
}

/** The state a careful reader of the documents gives to the parties (ringcentral's states and 4.5 sequences). */
function readState({ truth, origin, parties }: SimSession, types: ReadonlyMap<string, string>): TrueCall['state'] {
  const { direction } = truth;
  const live = parties.filter((party) => !OVER.has(party.status.code) && party.status.reason !== 'Supervising');
  const has = (code: PartyCode) => live.some((party) => party.status.code === code);
  const person = (party: SimParty) => party.extensionId === undefined || types.get(party.extensionId) === 'User';
  const called = live.filter((party) => party.direction === 'Inbound');
  if (live.length === 0) return 'ended';
  if (has('Parked')) return 'parked';
  if (has('VoiceMail')) return 'voicemail';
  if (has('Hold')) return 'held';
  if (has('FaxReceive')) return 'routing';
  // Dialling counts as ringing, also while a pickup has not yet got hold of its call.
  if (direction !== 'inbound' && parties.length === 1 && has('Setup')) return 'ringing';
  // The platform rings the dialler's own phone.
  if (origin === 'RingOut' && live.every((party) => party.status.code === 'Proceeding')) return 'ringing';
  if (called.some((party) => person(party) && party.status.code === 'Proceeding')) return 'ringing';
  const answered = live.filter((party) => person(party) && party.status.code === 'Answered').length;
  if (answered >= 2 && (direction !== 'internal' || called.some((party) => party.status.code === 'Answered'))) {
    return 'talking';
  }
  return called.some((party) => types.get(party.extensionId ?? '') === 'Department') ? 'queued' : 'routing';
}

function sharedTalkers(sessions: readonly SimSession[], types: ReadonlyMap<string, string>): string[] {
  const seen = new Map<string, string>();
  const wrong: string[] = [];
  for (const session of sessions) {
    // The part of a call is the same conversation.
    if (session.truth.state !== 'talking' || session.truth.partOf !== undefined) continue;
    for (const { extensionId, status } of session.parties) {
      if (status.code !== 'Answered' || extensionId === undefined || types.get(extensionId) !== 'User') continue;
      const other = seen.get(extensionId);
      if (other !== undefined && other !== session.telephonySessionId) wrong.push(`${extensionId} talks twice`);
      seen.set(extensionId, session.telephonySessionId);
    }
  }
  return wrong;
}
