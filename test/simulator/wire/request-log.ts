import type { Clock, WireRequest, WireResponse } from './model.ts';
import type { RateGroup, RateTally } from './rate-groups.ts';

export interface LoggedRequest {
  /** ms since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Without query, because a query may hold a phone number. */
  readonly path: string;
  readonly status: number;
}

/** How the client behaved. */
export interface RequestsReport {
  readonly total: number;
  readonly groups: Readonly<Record<RateGroup, RateTally>>;
  /** Requests inside a penalty, and requests that found the budget empty, over all groups. */
  readonly violations: { readonly insidePenalty: number; readonly overBudget: number };
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests by `METHOD path`, ids replaced by `*`. */
  readonly paths: Readonly<Record<string, number>>;
  /** The last ones, oldest first. */
  readonly recent: readonly LoggedRequest[];
}

export interface RequestLog {
  note(request: WireRequest, response: WireResponse): void;
  report(groups: Readonly<Record<RateGroup, RateTally>>): RequestsReport;
}

const KEPT = 200;

const shapeOf = (path: string): string => path.replace(/\/(~|s-[\w-]+|\d{3,}|[A-Za-z0-9,]{13,})(?=\/|$)/g, '/*');
const sumOf = (groups: Readonly<Record<RateGroup, RateTally>>, key: 'insidePenalty' | 'overBudget') =>
  Object.values(groups).reduce((sum, tally) => sum + tally[key], 0);

/** Counts requests and remembers the last 200. */
export function createRequestLog(clock: Clock): RequestLog {
  const statuses: Record<string, number> = {};
  const paths: Record<string, number> = {};
  const recent: LoggedRequest[] = [];
  let total = 0;
  return {
    note({ method, path }, { status }) {
      const shape = `${method} ${shapeOf(path)}`;
      total += 1;
      statuses[status] = (statuses[status] ?? 0) + 1;
      paths[shape] = (paths[shape] ?? 0) + 1;
      recent.push({ at: clock.now(), method, path, status });
      if (recent.length > KEPT) recent.shift();
    },
    report: (groups) => ({
      total,
      groups,
      violations: { insidePenalty: sumOf(groups, 'insidePenalty'), overBudget: sumOf(groups, 'overBudget') },
      statuses: { ...statuses },
      paths: { ...paths },
      recent: [...recent],
    }),
  };
}
