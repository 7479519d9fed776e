import type { SDK } from '@ringcentral/sdk';
import { z } from 'zod';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { backOffMs } from '../runtime/worker-loop.ts';
import type { Failure } from './answer.ts';
import { decodeError } from './decode-error.ts';
import type { Tokens, TokenStorage } from './session-tokens.ts';

/** Why no token came; `grantRefused`: RingCentral will never again take what was offered for it. */
type TokenFailure = Failure & { readonly grantRefused?: boolean };

export interface LoginDeps {
  readonly sdk: SDK;
  readonly jwt: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Runs an SDK call at login priority; anything it throws is turned into a failure. */
  readonly attempt: (
    call: () => Promise<Response>,
  ) => Promise<TokenFailure | { readonly ok: true; readonly json: unknown }>;
  /** What an earlier process left, and the way to forget it. */
  readonly tokens: Pick<TokenStorage, 'inherited' | 'forget'>;
}

export interface Token {
  readonly ok: true;
  readonly accessToken: string;
}

/** Keeps one RingCentral session alive. */
export interface Login {
  /** A usable access token, or why there is none. Callers that come together share one request. Never rejects. */
  token(): Promise<Token | Failure>;
  /** RingCentral answered 401 to this token. Ignored when a newer one is in use: late 401s cost nothing. */
  refuse(accessToken: string): void;
  /** Ends the session upstream, so that sessions of restarted processes do not push each other out (5 per user). */
  logout(): Promise<void>;
  /** Resolves when no token is on its way any more. Never rejects. */
  settled(): Promise<void>;
}

/** The Auth group allows 5 requests a minute, event link tokens included: 12 s is the sustainable pace. */
const spacingMs = 12_000;
const backOff = { baseMs: 24_000, capMs: 300_000 };
/** Renewed this long before the end, so that no request carries a token that dies on the way. */
const handicapMs = 60_000;
const longestLifeMs = 3_600_000;

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().catch(3600),
  refresh_token: z.string().min(1).optional().catch(undefined),
  refresh_token_expires_in: z.coerce.number().positive().optional().catch(undefined),
});

/** The token in use, and how long it serves. */
interface HeldToken {
  readonly accessToken: string;
  /** Monotonic ms. */
  readonly renewAt: number;
  readonly expiresAt: number;
  /** Until when its refresh token buys the next pair; in the past when it has none. */
  readonly refreshUntil: number;
}

/** One login at a time, at most one token request per 12 s, back-off on failure, tokens kept. */
export function createLogin(deps: LoginDeps): Login {
  return new SharedLogin(deps);
}

class SharedLogin implements Login {
  readonly #deps: LoginDeps;
  #held: HeldToken | undefined;
  /** The token was refused or its refresh failed: only the JWT can help. */
  #jwtOnly = true;
  /** The tokens are those of an earlier process, which may have died in the middle of an exchange. */
  #inherited = false;
  #running: Promise<Failure | undefined> | undefined;
  #failure: Failure | undefined;
  #failures = 0;
  #nextTryAt = 0;

  constructor(deps: LoginDeps) {
    this.#deps = deps;
    const { inherited } = deps.tokens;
    if (inherited !== undefined) this.#inherit(inherited);
  }

  async token(): Promise<Token | Failure> {
    const now = this.#deps.clock.monotonic();
    const ready = this.#held && now < this.#held.renewAt ? this.#alive() : undefined;
    if (ready) return ready;
    if (!this.#running) {
      if (now < this.#nextTryAt) return this.#alive() ?? this.#failure ?? this.#tooSoon();
      this.#running = this.#renew().finally(() => {
        this.#running = undefined;
      });
    }
    const failed = await this.#running;
    return this.#alive() ?? failed ?? this.#tooSoon();
  }

  refuse(accessToken: string): void {
    if (this.#held?.accessToken !== accessToken) return;
    if (this.#inherited && this.#mayRefresh()) {
      // Perhaps it was already renewed, and the answer was lost with the process: then the refresh token buys that pair.
      this.#held = { ...this.#held, renewAt: -Infinity, expiresAt: -Infinity };
      return;
    }
    this.#held = undefined;
    this.#jwtOnly = true;
  }

  async settled(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async logout(): Promise<void> {
    await this.settled();
    if (!this.#held) return;
    this.#held = undefined;
    await this.#deps.attempt(() => this.#deps.sdk.logout());
  }

  /** A token that is due for renewal still serves while the renewal fails. */
  #alive(): Token | undefined {
    const held = this.#held;
    return held && this.#deps.clock.monotonic() < held.expiresAt
      ? { ok: true, accessToken: held.accessToken }
      : undefined;
  }

  #mayRefresh(): boolean {
    return !this.#jwtOnly && this.#held !== undefined && this.#deps.clock.monotonic() < this.#held.refreshUntil;
  }

  async #renew(): Promise<Failure | undefined> {
    const wasInherited = this.#inherited;
    const failure = await this.#exchange(this.#mayRefresh());
    if (failure === undefined || !this.#jwtOnly || !wasInherited) return failure;
    // Nothing was spent by this process yet, and everybody waits.
    this.#inherited = false;
    return this.#exchange(false);
  }

  async #exchange(byRefresh: boolean): Promise<Failure | undefined> {
    const { attempt, clock, jwt, log, sdk } = this.#deps;
    const startedAt = clock.monotonic();
    this.#nextTryAt = startedAt + spacingMs;
    const outcome = await attempt(() => (byRefresh ? sdk.refresh() : sdk.login({ jwt })));
    const parsed = outcome.ok ? tokenSchema.safeParse(outcome.json) : undefined;
    if (parsed?.success) this.#accept(parsed.data, startedAt);
    else this.#fail(outcome.ok ? noToken : outcome, byRefresh);
    const failure = this.#failure;
    const durationMs = Math.round(clock.monotonic() - startedAt);
    const fields = { outcome: failure?.kind ?? 'ok', durationMs, attempt: this.#failures, detail: failure?.detail };
    (failure ? log.warn : log.info)(byRefresh ? 'token.refreshed' : 'login.finished', fields);
    return failure;
  }

  /** An access token is good for an hour at most, whatever a clock that was set since makes of it. */
  #inherit({ accessToken, expiresAt, refreshExpiresAt }: Tokens): void {
    const { clock } = this.#deps;
    const now = clock.monotonic();
    const until = now + Math.min(expiresAt - clock.now(), longestLifeMs);
    const refreshUntil = refreshExpiresAt === undefined ? -Infinity : now + refreshExpiresAt - clock.now();
    this.#held = { accessToken, renewAt: until - handicapMs, expiresAt: until, refreshUntil };
    this.#jwtOnly = refreshUntil <= now;
    this.#inherited = true;
  }

  #accept(token: z.infer<typeof tokenSchema>, startedAt: number): void {
    const lifeMs = token.expires_in * 1000;
    const renewAt = startedAt + Math.max(lifeMs / 2, lifeMs - handicapMs);
    const { refresh_token, refresh_token_expires_in: seconds } = token;
    const refreshable = refresh_token !== undefined && seconds !== undefined;
    const refreshUntil = refreshable ? startedAt + seconds * 1000 : -Infinity;
    this.#held = { accessToken: token.access_token, renewAt, expiresAt: startedAt + lifeMs, refreshUntil };
    this.#jwtOnly = false;
    this.#inherited = false;
    this.#failure = undefined;
    this.#failures = 0;
  }

  #fail({ grantRefused, ...reason }: TokenFailure, byRefresh: boolean): void {
    if (byRefresh && grantRefused === true) this.#deps.tokens.forget();
    if (byRefresh && reason.kind === 'auth') {
      // The refresh token is spent or its session is over; the JWT still stands, and is tried at the next turn.
      this.#jwtOnly = true;
      this.#failure = { ...this.#tooSoon(), detail: 'the session ended; logging in again' };
      return;
    }
    const { clock, random } = this.#deps;
    this.#failures += 1;
    this.#nextTryAt = Math.max(this.#nextTryAt, clock.monotonic() + backOffMs(this.#failures, backOff, random));
    this.#failure = { ...reason, retryAt: Math.max(reason.retryAt ?? 0, this.#nextTryTime()) };
  }

  #tooSoon(): Failure {
    return { ok: false, kind: 'server', detail: 'waiting before the next login', retryAt: this.#nextTryTime() };
  }

  #nextTryTime(): number {
    const { clock } = this.#deps;
    return Math.ceil(clock.now() + this.#nextTryAt - clock.monotonic());
  }
}

const noToken: Failure = { ok: false, kind: 'garbage', detail: 'the token answer holds no token' };

/** RingCentral refused the JWT or refresh token itself, for good (RFC 6749 5.2). */
export const isInvalidGrant = (body: unknown): boolean => decodeError(body)?.codes.includes('invalid_grant') === true;

/** Says in plain words which setting is wrong, when RingCentral's answer tells (OAuth error names, RFC 6749 5.2). */
export function loginFailure(status: number, body: unknown): Failure | undefined {
  const error = decodeError(body);
  const names = error?.codes ?? [];
  const refused = (setting: string): Failure => {
    const said = error?.message ? ` (RingCentral says: ${error.message})` : '';
    return { ok: false, kind: 'auth', status, detail: `RingCentral refused the login: check ${setting}${said}` };
  };
  if (names.includes('invalid_grant')) return refused('RINGCENTRAL_JWT');
  if (names.includes('unauthorized_client'))
    return refused('that the app behind RINGCENTRAL_CLIENT_ID allows JWT login');
  if (status === 401 || names.includes('invalid_client')) {
    return refused('RINGCENTRAL_CLIENT_ID and RINGCENTRAL_CLIENT_SECRET');
  }
  if (status === 400 || status === 403) return refused('the RINGCENTRAL_… settings');
  return undefined;
}
