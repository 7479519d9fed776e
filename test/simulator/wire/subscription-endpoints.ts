import { json, noContent } from './answers.ts';
import { badParameter, notFound } from './errors.ts';
import type { Call, Route } from './routes.ts';
import { ownerKey } from './tokens.ts';
import type { Subscription, SubscriptionStore } from './subscriptions.ts';

function bodyOf(call: Call): unknown {
  try {
    return JSON.parse(call.request.body);
  } catch {
    throw badParameter('body', undefined, 'not JSON');
  }
}

/** The caller's own subscription of the path; anybody else's is as unknown as none. */
function ownOf(store: SubscriptionStore, call: Call): Subscription {
  const id = call.params['subscriptionId'] ?? '';
  const found = store.get(id);
  if (found === undefined || ownerKey(found.principal) !== ownerKey(call.principal))
    throw notFound('subscriptionId', id);
  return found;
}

/** Subscriptions over HTTP. A WebSocket one is made on its socket and can only be read or deleted here. */
export function subscriptionRoutes(store: SubscriptionStore): readonly Route[] {
  const path = '/restapi/v1.0/subscription';
  const one = `${path}/{subscriptionId}`;
  const shown = (subscription: Subscription, call: Call) => json(200, store.show(subscription, call.request.origin));
  const changed = (call: Call, change: (id: string) => Subscription | undefined) => {
    const { id, transport } = ownOf(store, call);
    if (transport === 'WebSocket')
      throw badParameter('subscriptionId', id, 'a WebSocket subscription changes on its socket only');
    const subscription = change(id);
    if (subscription === undefined) throw notFound('subscriptionId', id);
    return shown(subscription, call);
  };
  return [
    {
      method: 'POST',
      path,
      group: 'medium',
      handle: (call) => shown(store.create(call.principal, bodyOf(call), 'WebHook'), call),
    },
    {
      method: 'GET',
      path,
      group: 'light',
      handle(call) {
        const records = store.list(call.principal).map((each) => store.show(each, call.request.origin));
        return json(200, { uri: call.request.origin + path, records });
      },
    },
    { method: 'GET', path: one, group: 'light', handle: (call) => shown(ownOf(store, call), call) },
    {
      method: 'PUT',
      path: one,
      group: 'medium',
      handle: (call) => changed(call, (id) => store.update(id, bodyOf(call))),
    },
    { method: 'POST', path: `${one}/renew`, group: 'light', handle: (call) => changed(call, (id) => store.renew(id)) },
    {
      method: 'DELETE',
      path: one,
      group: 'medium',
      handle(call) {
        store.delete(ownOf(store, call).id);
        return noContent();
      },
    },
  ];
}
