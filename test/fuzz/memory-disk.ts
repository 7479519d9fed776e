import type { Overrides } from '@ringside/server/app';

type Store = NonNullable<Overrides['store']>;
type Loaded = ReturnType<Store['load']>;
type Row = Loaded['rows'][number];
type Tokens = Parameters<Store['saveTokens']>[0];

/** A disk without a disk: what one server wrote the next one finds, as plain as if it had been written down. */
export interface MemoryDisk {
  /** The store as a starting server opens it. The one opened before must be closed. */
  open(): Store;
}

/** An empty one. */
export function memoryDisk(): MemoryDisk {
  const rows = new Map<string, Row>();
  let tokens: Tokens | undefined;
  let epoch = 0;
  let opened = false;
  const nameOf = ({ kind, id }: Pick<Row, 'kind' | 'id'>): string => `${kind} ${id}`;
  return {
    open() {
      const as = opened ? 'kept' : 'created';
      opened = true;
      return {
        found: { as },
        load: () => ({ rows: JSON.parse(JSON.stringify([...rows.values()])) as Loaded['rows'], unreadable: 0 }),
        save({ put, drop }) {
          for (const row of put) rows.set(nameOf(row), row);
          for (const key of drop) rows.delete(nameOf(key));
        },
        loadTokens: () => tokens,
        saveTokens: (pair) => void (tokens = pair),
        forgetTokens: () => void (tokens = undefined),
        nextEpoch: (now) => (epoch = Math.max(epoch + 1, now)),
        close: () => undefined,
      };
    },
  };
}
