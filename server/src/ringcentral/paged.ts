import type { Failure, RequestOptions, RestClient } from './answer.ts';
import { decodePage } from './decode-record.ts';

export interface PagedList<T> {
  readonly items: readonly T[];
  readonly pages: number;
  /** Records that could not be read. */
  readonly dropped: number;
  /** Why the list ends early; absent when every page was read. */
  readonly failure?: Failure;
}

/** 50,000 records: past any account's live calls. */
const mostPages = 50;

/** Reads all pages of a list, following `navigation.nextPage` until it is absent. Never rejects. */
export async function readPages<T>(
  client: RestClient,
  path: string,
  options: RequestOptions,
  read: (record: unknown) => T | undefined,
): Promise<PagedList<T>> {
  let items: readonly T[] = [];
  let dropped = 0;
  let next: string | undefined = path;
  const followed = new Set<string>();
  for (let pages = 0; next !== undefined;) {
    if (pages === mostPages) return { items, pages, dropped, failure: garbage('the list does not end') };
    const first = pages === 0;
    const { query, ...others } = options;
    const answer = await client.get(next, first && query ? { ...others, query } : others);
    if (!answer.ok) return { items, pages, dropped, failure: answer };
    const page = decodePage(answer.json, read);
    if (!page) return { items, pages, dropped, failure: garbage('an answer that is no list') };
    pages += 1;
    items = [...items, ...page.items];
    dropped += page.dropped;
    if (page.next === undefined) return { items, pages, dropped };
    next = page.next;
    if (followed.has(next)) return { items, pages, dropped, failure: garbage('links that go in a circle') };
    followed.add(next);
  }
  return { items, pages: 0, dropped };
}

function garbage(detail: string): Failure {
  return { ok: false, kind: 'garbage', detail };
}
