/**
 * In:  logins, refreshes, bearer tokens as strings.
 * Out: who a token stands for, or in which documented way it is dead.
 * Never: HTTP. The same store serves the REST endpoints and the socket's upgrade.
 */
import type { UnauthorisedCode } from './errors.ts';
import type { Clock } from './model.ts';
import type { RestOptions } from './options.ts';
import { opaqueId } from './seeded.ts';

/** Who a request acts as. */
export interface Principal {
  readonly sessionId: string;
  readonly clientId: string;
  readonly extensionId: string;
  readonly scopes: readonly string[];
  /** Has every user permission; a plain user sees only his own extension. */
  readonly admin: boolean;
}

/** Rate budgets and session limits are kept per user and app. */
export function ownerKey(principal: Pick<Principal, 'clientId' | 'extensionId'>): string {
  return `${principal.clientId}/${principal.extensionId}`;
}

export interface Grant {
  readonly principal: Principal;
  readonly accessToken: string;
  /** s */
  readonly expiresIn: number;
  readonly refreshToken?: string;
  readonly refreshExpiresIn?: number;
}

export interface Lifetimes {
  /** s; nonsense (−1, NaN, absent) means the default, because the SDK sends nonsense after a 401. */
  readonly access?: number;
  readonly refresh?: number;
}

export interface TokenStore {
  login(who: Omit<Principal, 'sessionId'>, lifetimes: Lifetimes): Grant;
  /** The next pair of tokens, or undefined when the refresh token is dead or another app's. */
  refresh(refreshToken: string, clientId: string, lifetimes: Lifetimes): Grant | undefined;
  /** Ends the session of any of its tokens; false when the token is unknown. */
  revoke(token: string): boolean;
  bearer(accessToken: string): Principal | UnauthorisedCode;
  issueWsToken(principal: Principal): { readonly token: string; readonly expiresIn: number };
  /** Single use, 30 s. */
  redeemWsToken(token: string): Principal | undefined;
  /** Ends every session, as a changed password does. */
  endAllSessions(): void;
}

interface Session {
  readonly principal: Principal;
  grant: Grant;
  accessUntil: number;
  refreshUntil: number;
  /** The refresh token the present pair was bought with, and until when it still buys the same pair. */
  previous?: { readonly token: string; until: number };
  used: boolean;
}

export interface TokenStoreDeps {
  readonly clock: Clock;
  readonly seed: number;
  readonly options: TokenOptions;
}

/** The old refresh token outlives the first use of the new access token by this much, ms. Source: the token guide. */
const REFRESH_GRACE_MS = 10_000;
/** …and when the new one is never used, this long, ms. */
const UNUSED_GRACE_MS = 3_600_000;
const PREFIX = 'U0pD';

type TokenOptions = Pick<
  RestOptions,
  'issueRefreshToken' | 'expiresIn' | 'refreshExpiresIn' | 'maxSessions' | 'wsTokenExpiresIn'
>;

const lifeOf = (asked: number | undefined, fallback: number, most: number): number =>
  asked !== undefined && Number.isFinite(asked) && asked > 0 ? Math.min(asked, most) : fallback;

class Sessions implements TokenStore {
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #options: TokenOptions;
  readonly #sessions: Session[] = [];
  readonly #dead = new Map<string, UnauthorisedCode>();
  readonly #wsTokens = new Map<string, { readonly principal: Principal; readonly until: number }>();
  #minted = 0;

  constructor(deps: TokenStoreDeps) {
    this.#clock = deps.clock;
    this.#seed = deps.seed;
    this.#options = deps.options;
  }

  login(who: Omit<Principal, 'sessionId'>, lifetimes: Lifetimes): Grant {
    this.#prune();
    const siblings = this.#sessions.filter(({ principal }) => ownerKey(principal) === ownerKey(who));
    const tooMany = Math.max(0, siblings.length - this.#options.maxSessions + 1);
    siblings.slice(0, tooMany).forEach((oldest) => this.#bury(oldest, 'OAU-151'));
    const principal = { ...who, sessionId: this.#mint('session', 24) };
    const session: Session = { principal, ...this.#grant(principal, lifetimes) };
    this.#sessions.push(session);
    return session.grant;
  }

  refresh(refreshToken: string, clientId: string, lifetimes: Lifetimes): Grant | undefined {
    this.#prune();
    const now = this.#clock.now();
    const mine = this.#sessions.filter(({ principal }) => principal.clientId === clientId);
    const again = mine.find(({ previous }) => previous?.token === refreshToken && now < previous.until);
    if (again !== undefined) {
      return { ...again.grant, expiresIn: Math.max(1, Math.round((again.accessUntil - now) / 1000)) };
    }
    const session = mine.find(({ grant, refreshUntil }) => grant.refreshToken === refreshToken && now < refreshUntil);
    if (session === undefined) return undefined;
    this.#dead.set(session.grant.accessToken, 'OAU-213');
    session.previous = { token: refreshToken, until: now + UNUSED_GRACE_MS };
    const access = lifeOf(lifetimes.access, session.grant.expiresIn, this.#options.expiresIn);
    Object.assign(session, this.#grant(session.principal, { ...lifetimes, access }));
    return session.grant;
  }

  bearer(accessToken: string): Principal | UnauthorisedCode {
    const session = this.#sessions.find(({ grant }) => grant.accessToken === accessToken);
    if (session === undefined) {
      return this.#dead.get(accessToken) ?? (accessToken.startsWith(PREFIX) ? 'OAU-213' : 'OAU-149');
    }
    if (this.#clock.now() >= session.accessUntil) return 'OAU-128';
    if (!session.used) {
      session.used = true;
      if (session.previous !== undefined) session.previous.until = this.#clock.now() + REFRESH_GRACE_MS;
    }
    return session.principal;
  }

  revoke(token: string): boolean {
    const session = this.#sessions.find(({ grant }) => grant.accessToken === token || grant.refreshToken === token);
    if (session !== undefined) this.#bury(session, 'OAU-151');
    return session !== undefined;
  }

  issueWsToken(principal: Principal): { readonly token: string; readonly expiresIn: number } {
    const token = this.#mint('ws', 40);
    const expiresIn = this.#options.wsTokenExpiresIn;
    const now = this.#clock.now();
    for (const [old, { until }] of this.#wsTokens) if (now >= until) this.#wsTokens.delete(old);
    this.#wsTokens.set(token, { principal, until: now + expiresIn * 1000 });
    return { token, expiresIn };
  }

  redeemWsToken(token: string): Principal | undefined {
    const issued = this.#wsTokens.get(token);
    this.#wsTokens.delete(token);
    return issued !== undefined && this.#clock.now() < issued.until ? issued.principal : undefined;
  }

  endAllSessions(): void {
    [...this.#sessions].forEach((session) => this.#bury(session, 'OAU-151'));
  }

  #mint(kind: string, length: number): string {
    return opaqueId(length, this.#seed, kind, ++this.#minted);
  }

  #bury(session: Session, code: UnauthorisedCode): void {
    this.#dead.set(session.grant.accessToken, code);
    this.#sessions.splice(this.#sessions.indexOf(session), 1);
  }

  #prune(): void {
    const now = this.#clock.now();
    const over = this.#sessions.filter((session) => now >= Math.max(session.accessUntil, session.refreshUntil));
    over.forEach((session) => this.#bury(session, 'OAU-128'));
  }

  #grant(principal: Principal, lifetimes: Lifetimes): Pick<Session, 'grant' | 'accessUntil' | 'refreshUntil' | 'used'> {
    const { expiresIn: most, issueRefreshToken, refreshExpiresIn: usual } = this.#options;
    const expiresIn = lifeOf(lifetimes.access, most, most);
    const refreshExpiresIn = issueRefreshToken ? lifeOf(lifetimes.refresh, usual, 2_592_000) : undefined;
    const access = { principal, accessToken: PREFIX + this.#mint('access', 60), expiresIn };
    return {
      grant:
        refreshExpiresIn === undefined
          ? access
          : { ...access, refreshToken: PREFIX + this.#mint('refresh', 60), refreshExpiresIn },
      accessUntil: this.#clock.now() + expiresIn * 1000,
      refreshUntil: this.#clock.now() + (refreshExpiresIn ?? 0) * 1000,
      used: false,
    };
  }
}

/** Sessions and their tokens, with single-use refresh, grace and eviction as the platform documents them. */
export function createTokenStore(deps: TokenStoreDeps): TokenStore {
  return new Sessions(deps);
}
