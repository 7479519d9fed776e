import type { SimExtension, SimQueue } from '../pbx/model.ts';
import { json } from './answers.ts';
import { accountUri, type Cloud } from './cloud.ts';
import { notFound } from './errors.ts';
import { listPages, pageOf } from './paging.ts';
import { text } from './query.ts';
import type { Call, Route } from './routes.ts';

interface NamedQueue {
  readonly queue: SimQueue;
  readonly extension: SimExtension;
}

function queuesOf(cloud: Cloud): readonly NamedQueue[] {
  return cloud.account.queues.flatMap((queue) => {
    const extension = cloud.extension(queue.extensionId);
    return extension === undefined ? [] : [{ queue, extension }];
  });
}

function queueNamed(cloud: Cloud, call: Call): NamedQueue {
  const id = call.params['groupId'] ?? '';
  const found = queuesOf(cloud).find(({ queue }) => queue.extensionId === id);
  if (found === undefined) throw notFound('groupId', id);
  return found;
}

/** CallQueueInfo; `id` is a string here. */
function queueInfo(cloud: Cloud, origin: string, { extension }: NamedQueue): object {
  const { id, extensionNumber, name } = extension;
  return { uri: `${accountUri(cloud, origin)}/call-queues/${id}`, id, extensionNumber, name, status: 'Enabled' };
}

function list(cloud: Cloud, call: Call) {
  const memberId = text(call.request.query, 'memberExtensionId');
  const records = queuesOf(cloud)
    .filter(({ queue }) => memberId === undefined || queue.memberIds.includes(memberId))
    .map((named) => queueInfo(cloud, call.request.origin, named));
  return json(200, pageOf(records, call.request, call.path, listPages));
}

function details(cloud: Cloud, call: Call) {
  const named = queueNamed(cloud, call);
  const extra = { serviceLevelSettings: named.queue.serviceLevel, editableMemberStatus: true };
  return json(200, { ...queueInfo(cloud, call.request.origin, named), ...extra });
}

/** CallQueueMemberInfo; `id` is a number here. */
function members(cloud: Cloud, call: Call) {
  const { queue } = queueNamed(cloud, call);
  const records = queue.memberIds.map((id) => ({
    uri: `${accountUri(cloud, call.request.origin)}/extension/${id}`,
    id: Number(id),
    extensionNumber: cloud.extension(id)?.extensionNumber ?? '',
  }));
  return json(200, pageOf(records, call.request, call.path, listPages));
}

function presence(cloud: Cloud, call: Call) {
  const { queue } = queueNamed(cloud, call);
  const records = queue.memberIds.flatMap((id) => {
    const extension = cloud.extension(id);
    if (extension === undefined) return [];
    const member = { id, name: extension.name, extensionNumber: extension.extensionNumber };
    return [{ member, acceptQueueCalls: true, acceptCurrentQueueCalls: true }];
  });
  return json(200, { records });
}

/** Call queues: list, one with its service level, members, and who takes calls. */
export function callQueueRoutes(cloud: Cloud): readonly Route[] {
  const path = '/restapi/v1.0/account/{accountId}/call-queues';
  const read = { method: 'GET', scopes: ['ReadAccounts'] } as const;
  return [
    { ...read, group: 'medium', path, handle: (call) => list(cloud, call) },
    { ...read, group: 'light', path: `${path}/{groupId}`, handle: (call) => details(cloud, call) },
    { ...read, group: 'light', path: `${path}/{groupId}/members`, handle: (call) => members(cloud, call) },
    {
      ...read,
      group: 'light',
      scopes: ['ReadPresence'],
      path: `${path}/{groupId}/presence`,
      handle: (call) => presence(cloud, call),
    },
  ];
}
