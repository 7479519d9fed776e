import { compact } from './compact.ts';
import { badParameter } from './errors.ts';
import type { WireRequest } from './model.ts';
import { wholeNumber } from './query.ts';

export interface PageRules {
  readonly usual: number;
  /** A larger perPage is clamped to it. */
  readonly most: number;
  /** Words for "as many as you give". */
  readonly words: readonly string[];
  /** Whether totalPages and totalElements are told; the call-log family leaves them out. */
  readonly totals: boolean;
}

/** perPage 1–1000 or "max", default 100, no totals: the call-log family. */
export const callLogPages: PageRules = { usual: 100, most: 1000, words: ['max'], totals: false };
/** The provisioning endpoints tell their totals. */
export const listPages: PageRules = { usual: 100, most: 1000, words: [], totals: true };

export interface Page<T> {
  readonly uri: string;
  readonly records: T[];
  readonly paging: object;
  readonly navigation: object;
}

/** Absolute link to this very request, with `~` already replaced in `path`, at another page. */
function pageUri(request: WireRequest, path: string, page: number, perPage: number): string {
  const query = new URLSearchParams(request.query);
  query.set('page', String(page));
  query.set('perPage', String(perPage));
  return `${request.origin}${path}?${query.toString()}`;
}

function perPageOf(query: URLSearchParams, rules: PageRules): number {
  if (rules.words.includes(query.get('perPage') ?? '')) return rules.most;
  return Math.min(wholeNumber(query, 'perPage', 1, rules.usual), rules.most);
}

/** Cuts one page out of `all` and links the others. Throws CMN-101 for a page or perPage below 1. */
export function pageOf<T>(all: readonly T[], request: WireRequest, path: string, rules: PageRules): Page<T> {
  const perPage = perPageOf(request.query, rules);
  const page = wholeNumber(request.query, 'page', 1, 1);
  if (page > 1000) throw badParameter('page', String(page));
  const start = (page - 1) * perPage;
  const records = all.slice(start, start + perPage);
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  const link = (to: number) => ({ uri: pageUri(request, path, to, perPage) });
  return {
    uri: pageUri(request, path, page, perPage),
    records,
    paging: compact({
      page,
      perPage,
      pageStart: start,
      pageEnd: Math.max(start, start + records.length - 1),
      totalPages: rules.totals ? pages : undefined,
      totalElements: rules.totals ? all.length : undefined,
    }),
    navigation: compact({
      firstPage: link(1),
      previousPage: page > 1 ? link(page - 1) : undefined,
      nextPage: page < pages ? link(page + 1) : undefined,
      lastPage: link(pages),
    }),
  };
}
