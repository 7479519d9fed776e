import type { SimAccount, SimExtension, SimQueue } from '../pbx/model.ts';
import type { LiveStore } from './live-sessions.ts';
import type { Clock } from './model.ts';
import type { RestOptions } from './options.ts';

/** What every endpoint reads. */
export interface Cloud {
  readonly account: SimAccount;
  readonly live: LiveStore;
  readonly clock: Clock;
  readonly seed: number;
  readonly options: RestOptions;
  extension(id: string): SimExtension | undefined;
  queue(extensionId: string): SimQueue | undefined;
}

/** The cloud with its directory indexed. */
export function createCloud(deps: Omit<Cloud, 'extension' | 'queue'>): Cloud {
  const extensions = new Map(deps.account.extensions.map((extension) => [extension.id, extension]));
  const queues = new Map(deps.account.queues.map((queue) => [queue.extensionId, queue]));
  return { ...deps, extension: (id) => extensions.get(id), queue: (id) => queues.get(id) };
}

/** `{origin}/restapi/v1.0/account/{id}`, the root of absolute links. */
export function accountUri(cloud: Cloud, origin: string): string {
  return `${origin}/restapi/v1.0/account/${cloud.account.id}`;
}

/** An extension's `id` and `uri` as the call log and presence print them: the id as a number. */
export function extensionReference(cloud: Cloud, origin: string, id: string): { id: number; uri: string } {
  return { id: Number(id), uri: `${accountUri(cloud, origin)}/extension/${id}` };
}
