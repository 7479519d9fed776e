/**
 * In:  what a life's onlookers see.
 * Out: one line per thing, with its virtual time: events heard, answers of the platform, changes of the board, turns of the truth.
 * Never: a word that changes the life it tells of.
 */
import type { Change } from '@ringside/shared/domain/change';
import { told } from './agreement.ts';
import { probed, type LifeOptions } from './life.ts';
import type { WholeSystem } from './whole-system.ts';

type TraceOnlookers = NonNullable<LifeOptions['onlookers']>;

/** Onlookers that write what they see. The clock is read from the system, which comes with the first look. */
export function tracing(write: (line: string) => void): TraceOnlookers {
  let system: WholeSystem | undefined;
  const truth = new Map<string, string>();
  const line = (what: string, about: string): void => write(`${time(system)}  ${what.padEnd(7)} ${about}`);
  return {
    started: (begun) => void (system = begun),
    heard: (text) => line('event', eventWords(text)),
    answered(url, { status, body, broken }) {
      const id = probed(url);
      const answer = `${status}${broken === undefined ? '' : ` ${broken}`}`;
      if (id !== undefined) return line('probe', `${short(id)} ${answer} ${sessionWords(body)}`);
      if (url.pathname.endsWith('/active-calls')) return line('poll', `${answer} ${listWords(body)}`);
      return line('request', `${url.pathname} ${answer}`);
    },
    changed: (changes) => changes.forEach((change) => line('change', changeWords(change))),
    look(now) {
      for (const call of now.truth()) {
        const words = call.state === 'ended' ? `ended, ${call.missed === true ? '' : 'not '}missed` : told(call);
        if (truth.get(call.id) === words) continue;
        truth.set(call.id, words);
        line('truth', `${short(call.id)} ${words}`);
      }
    },
  };
}

const time = (system: WholeSystem | undefined): string =>
  system === undefined ? '            ' : new Date(system.time.now()).toISOString().slice(11, 23);

/** Enough of a session's id to tell it from the others. */
const short = (id: string): string => id.slice(0, 8);

function changeWords({ type, call }: Change): string {
  const marks = [call.unconfirmed && 'unconfirmed', call.backfilled && 'backfilled', call.missed && 'missed'];
  const queue = call.queue === undefined ? '' : ` of queue ${call.queue.id}`;
  return `${short(call.id)} ${type}: ${call.state} ${call.direction}${queue} ${marks.filter(Boolean).join(' ')}`;
}

interface Party {
  readonly id?: unknown;
  readonly status?: { readonly code?: string; readonly reason?: string };
}

/** Faults put anything anywhere, so nothing is taken for what it should be. */
function partyWords(party: Party | null): string {
  const { id, status } = party ?? {};
  const reason = status?.reason === undefined ? '' : `/${status.reason}`;
  return `${String(id).split('-').at(-1)}:${status?.code ?? '?'}${reason}`;
}

function eventWords(text: string): string {
  const [meta, body] = parsed(text) as [{ type?: string }?, { body?: SessionBody }?];
  const session = body?.body;
  if (session?.telephonySessionId === undefined) return String(meta?.type ?? text.slice(0, 60));
  return `${short(session.telephonySessionId)} #${session.sequence ?? '?'} ${parties(session)}`;
}

interface SessionBody {
  readonly telephonySessionId?: string;
  readonly sequence?: number;
  readonly parties?: readonly Party[];
}

const parties = (session: SessionBody): string =>
  Array.isArray(session.parties) ? session.parties.map(partyWords).join(' ') : '';

const sessionWords = (body: string | Uint8Array): string => parties(parsed(body) ?? {});

function listWords(body: string | Uint8Array): string {
  const { records } = (parsed(body) ?? {}) as { records?: readonly { telephonySessionId?: string; result?: string }[] };
  if (!Array.isArray(records)) return '';
  const rows = records.map((record) => `${short(String(record?.telephonySessionId))}:${record?.result ?? '?'}`);
  return `${records.length} records ${rows.join(' ')}`;
}

function parsed(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text));
  } catch {
    return undefined;
  }
}
