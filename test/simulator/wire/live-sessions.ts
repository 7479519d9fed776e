/**
 * In:  the world, and recorded notifications that are being replayed.
 * Out: every session REST may speak of, the world's and the replayed ones in one list.
 * Never: time travel. The world is advanced by its owner; this only reads it.
 */
import type TelephonySessionsEventBody from '@rc-ex/core/definitions/TelephonySessionsEventBody';
import type TelephonySessionsEventPartyInfo from '@rc-ex/core/definitions/TelephonySessionsEventPartyInfo';
import type { PartyCode, PartyEnd, SimParty, SimSession, World } from '../pbx/model.ts';
import { compact } from './compact.ts';
import type { Clock } from './model.ts';

/** The sessions REST answers from. */
export interface LiveStore {
  sessions(): readonly SimSession[];
  session(telephonySessionId: string): SimSession | undefined;
  /** Takes one recorded notification's body as having happened now. */
  apply(body: TelephonySessionsEventBody): void;
}

const OVER: readonly PartyCode[] = ['Disconnected', 'Gone'];

function endOf(party: TelephonySessionsEventPartyInfo['from']): PartyEnd {
  return { ...party };
}

function replayedParty(body: TelephonySessionsEventPartyInfo, before: SimParty | undefined, now: number): SimParty {
  const code = (body.status?.code ?? 'Setup') as PartyCode;
  // What was recorded is passed on as it is, with spellings the description does not have.
  const status = { ...body.status, code, rcc: body.status?.rcc ?? false } as unknown as SimParty['status'];
  return compact({
    id: body.id ?? 'p-unknown-1',
    accountId: body.accountId ?? '~',
    extensionId: body.extensionId,
    direction: body.direction ?? 'Inbound',
    from: endOf(body.from),
    to: endOf(body.to),
    status,
    queueCall: body.queueCall,
    missedCall: body.missedCall ?? false,
    standAlone: body.standAlone ?? false,
    muted: body.muted ?? false,
    park: compact({ id: body.park?.id }),
    createdAt: before?.createdAt ?? now,
    answeredAt: before?.answeredAt ?? (code === 'Answered' ? now : undefined),
    endedAt: OVER.includes(code) ? (before?.endedAt ?? now) : undefined,
  });
}

const stateOf = (ended: boolean, answered: boolean): SimSession['truth']['state'] =>
  ended ? 'ended' : answered ? 'talking' : 'ringing';

/** A replayed session has no truth of its own; this is what its parties say, for the few readers that ask. */
function truthOf(session: Omit<SimSession, 'truth'>): SimSession['truth'] {
  const first = session.parties[0];
  const inside = session.parties.filter(({ extensionId }) => extensionId !== undefined);
  const inbound = first?.extensionId === undefined;
  const direction: SimSession['truth']['direction'] = inbound ? 'inbound' : inside.length > 1 ? 'internal' : 'outbound';
  const answered = session.parties
    .filter((party) => party.direction === 'Inbound')
    .flatMap(({ answeredAt }) => answeredAt ?? []);
  const ended = session.endedAt !== undefined;
  return compact({
    id: session.telephonySessionId,
    kind: session.parties.some(({ status }) => status.code === 'FaxReceive') ? ('fax' as const) : ('voice' as const),
    offers: [],
    queueEntries: [],
    talkMs: 0,
    holdMs: 0,
    direction,
    state: stateOf(ended, answered.length > 0),
    startedAt: session.createdAt,
    answeredAt: answered[0],
    endedAt: session.endedAt,
    missed: ended ? inbound && answered.length === 0 : undefined,
    from: first?.from ?? {},
    to: first?.to ?? {},
    agentExtensionId: inside.at(-1)?.extensionId,
    ringing: [],
  });
}

function replayedSession(body: TelephonySessionsEventBody, before: SimSession | undefined, now: number): SimSession {
  const parties = [...(before?.parties ?? [])];
  for (const info of body.parties ?? []) {
    const index = parties.findIndex(({ id }) => id === info.id);
    const party = replayedParty(info, parties[index], now);
    if (index >= 0) parties[index] = party;
    else parties.push(party);
  }
  const over = parties.length > 0 && parties.every(({ endedAt }) => endedAt !== undefined);
  const session = compact({
    telephonySessionId: body.telephonySessionId ?? '',
    sessionId: body.sessionId ?? '',
    createdAt: before?.createdAt ?? now,
    endedAt: over ? Math.max(...parties.map(({ endedAt }) => endedAt ?? 0)) : undefined,
    origin: body.origin?.type ?? 'Call',
    serverId: body.serverId ?? '',
    sequence: Math.max(before?.sequence ?? 0, body.sequence ?? 0),
    parties,
  });
  return { ...session, truth: truthOf(session) };
}

/** The world's sessions and the replayed ones. A replayed id hides a session of the world with the same id. */
export function createLiveStore(deps: { world: Pick<World, 'session' | 'sessions'>; clock: Clock }): LiveStore {
  const replayed = new Map<string, SimSession>();
  const sequences = new Map<string, number>();
  return {
    sessions() {
      if (replayed.size === 0) return deps.world.sessions();
      return [...deps.world.sessions().filter((one) => !replayed.has(one.telephonySessionId)), ...replayed.values()];
    },
    session: (id) => replayed.get(id) ?? deps.world.session(id),
    apply(body) {
      const id = body.telephonySessionId;
      if (id === undefined) return;
      // A party's older event may be replayed late; it must not undo the newer one.
      const fresh = (body.parties ?? []).filter((party) => {
        const key = `${id} ${party.id}`;
        const newer = (body.sequence ?? 0) > (sequences.get(key) ?? -1);
        if (newer) sequences.set(key, body.sequence ?? 0);
        return newer;
      });
      if (fresh.length > 0)
        replayed.set(id, replayedSession({ ...body, parties: fresh }, replayed.get(id), deps.clock.now()));
    },
  };
}
