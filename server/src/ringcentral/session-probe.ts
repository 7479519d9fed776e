import type { ProbeObservation } from '@ringside/shared/domain/observation';
import type { Clock } from '../runtime/clock.ts';
import type { Answer, RestClient } from './answer.ts';
import { decodeSession } from './decode-session.ts';
import { unwell, well } from './source-status.ts';
import type { SourceStatus } from './source-status.ts';

export interface SessionProbeDeps {
  readonly client: RestClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears when RingCentral begins or ceases to refuse probes for want of a permission. */
  readonly tell: (status: SourceStatus) => void;
}

/** Asks whether one session is alive. Never rejects: no answer is the verdict `failed`. */
export type Probe = (sessionId: string) => Promise<ProbeObservation>;

const mostInFlight = 2;
const mostWaiting = 2_000;
/** A verdict that comes later than this is of no use; the monitor asks again. */
const maxWaitMs = 60_000;
/** Probes are rare, so a refusal that is not repeated for this long is no longer told. */
const refusalToldMs = 600_000;

/**
 * Probes by `GET telephony/sessions/{id}` (Light). The same session asked for again while a probe waits or runs gets
 * the same answer; at most two run at once, so that a burst of suspicions cannot starve other Light requests.
 */
export function createProbe(deps: SessionProbeDeps): Probe {
  const open = new Map<string, Promise<ProbeObservation>>();
  const waiting: (() => void)[] = [];
  const standing = createStanding(deps);
  let running = 0;

  async function inTurn(sessionId: string): Promise<ProbeObservation> {
    if (running >= mostInFlight) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await probeOnce(deps, standing, sessionId);
    } finally {
      open.delete(sessionId);
      const next = waiting.shift();
      // A waiter takes over this place, so the count stays.
      if (next) next();
      else running -= 1;
    }
  }

  return (sessionId) => {
    const same = open.get(sessionId);
    if (same) return same;
    if (waiting.length >= mostWaiting) return Promise.resolve(failed(sessionId, deps.clock.now(), deps.clock.now()));
    const probe = inTurn(sessionId);
    open.set(sessionId, probe);
    return probe;
  };
}

type Standing = (answer: Answer) => void;

/** Keeps what is told of the permission to probe in step with the answers. */
function createStanding({ clock, signal, tell }: SessionProbeDeps): Standing {
  let forget: (() => void) | undefined;
  signal.addEventListener('abort', () => forget?.(), { once: true });
  const clear = (): void => {
    if (forget === undefined) return;
    forget();
    forget = undefined;
    tell(well('probe', clock.now()));
  };
  return (answer) => {
    if (!answer.ok && answer.kind === 'forbidden') {
      forget?.();
      forget = clock.after(refusalToldMs, clear);
      tell(unwell('probe', clock.now(), answer));
    } else if (answer.ok || answer.kind === 'notFound') clear();
  };
}

async function probeOnce(
  { client, clock, signal }: SessionProbeDeps,
  standing: Standing,
  sessionId: string,
): Promise<ProbeObservation> {
  const startedAt = clock.now();
  const path = `/restapi/v1.0/account/~/telephony/sessions/${encodeURIComponent(sessionId)}`;
  const answer = await client.get(path, { group: 'light', priority: 'probe', maxWaitMs, signal });
  standing(answer);
  const at = clock.now();
  const base = { kind: 'probe' as const, at, startedAt, sessionId };
  // RingCentral forgets a session when it is over.
  if (!answer.ok && answer.kind === 'notFound') return { ...base, verdict: 'over', parties: [] };
  const session = answer.ok ? decodeSession(answer.json, at) : undefined;
  if (!session) return failed(sessionId, startedAt, at);
  return {
    ...base,
    verdict: session.over ? 'over' : 'live',
    parties: session.parties,
    ...(session.partial && { partial: true }),
    ...(session.createdAt !== undefined && { createdAt: session.createdAt }),
    ...(session.origin !== undefined && { origin: session.origin }),
  };
}

function failed(sessionId: string, startedAt: number, at: number): ProbeObservation {
  return { kind: 'probe', at, startedAt, sessionId, verdict: 'failed', parties: [] };
}
