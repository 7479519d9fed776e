import type { FaultRegistry } from '../faults/registry.ts';
import { listFaults } from '../faults/parse.ts';
import type { CallScript, World } from '../pbx/model.ts';
import { parseCapture, type ReplayRequest } from '../replay.ts';
import { json } from '../wire/answers.ts';
import type { Clock, WireRequest, WireResponse } from '../wire/model.ts';
import type { Gateway } from './gateway.ts';

export interface ControlDeps {
  readonly clock: Clock;
  readonly world: World;
  readonly faults: FaultRegistry;
  readonly gateway: Gateway;
  /** Requests and violations per rate group. */
  requests(): object;
  place(script: CallScript): string;
  replay(request: ReplayRequest): number;
}

interface ControlRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly about: string;
  answer(deps: ControlDeps, body: Record<string, unknown>): unknown;
}

/** The simulator's own door for tests and people; no part of the platform. Bodies and answers are JSON. */
export const controlRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/simulator/truth',
    about: '{now, calls}: what really happens, in the words of a wallboard',
    answer: ({ clock, world }) => ({ now: clock.now(), calls: world.truth() }),
  },
  {
    method: 'POST',
    path: '/simulator/calls',
    about: 'places a scripted call (CallScript of pbx/model.ts); answers {id}',
    answer: ({ place }, body) => ({ id: place(toScript(body)) }),
  },
  {
    method: 'POST',
    path: '/simulator/replay',
    about: '{events, speed?, keepTimes?}: plays captured notifications to the subscribers; answers {events, ms}',
    answer: ({ replay }, body) => {
      const events = parseCapture(body['events']);
      const speed = body['speed'] === undefined ? 1 : Number(body['speed']);
      if (!(speed > 0)) throw new Error('speed must be greater than 0');
      return { events: events.length, ms: replay({ events, speed, keepTimes: body['keepTimes'] === true }) };
    },
  },
  {
    method: 'GET',
    path: '/simulator/faults',
    about: '{active, strikes}: the faults that are on and how often each struck',
    answer: ({ faults }) => ({ active: faults.active(), strikes: faults.strikes() }),
  },
  {
    method: 'POST',
    path: '/simulator/faults',
    about: '{set: "drop:p=0.2,cut"} replaces the faults that are on, {clear: true} takes them away',
    answer: ({ faults }, body) => {
      if (body['clear'] === true) faults.clear();
      else if (typeof body['set'] === 'string') faults.set(body['set']);
      else throw new Error('give {"set": "name,name:key=value"} or {"clear": true}');
      return { active: faults.active() };
    },
  },
  {
    method: 'POST',
    path: '/simulator/cut',
    about: '{fin}: ends every event socket now, with close frame and FIN or with a TCP reset; answers {cut}',
    answer: ({ gateway }, body) => ({ cut: gateway.cut(body['fin'] === true) }),
  },
  {
    method: 'GET',
    path: '/simulator/requests',
    about: 'requests per rate group with violations of the limits, and the counts of the event gateway',
    answer: ({ requests, gateway }) => ({ ...requests(), gateway: gateway.counts() }),
  },
  {
    method: 'GET',
    path: '/simulator/help',
    about: 'this list, and every fault',
    answer: ({ faults }) => ({ endpoints: controlHelp(), faults: listFaults(faults.known).split('\n') }),
  },
];

/** One line per control endpoint. */
export function controlHelp(): readonly string[] {
  return controlRoutes.map(({ method, path, about }) => `${method.padEnd(4)} ${path.padEnd(20)} ${about}`);
}

/** Answers a request under `/simulator/`; a refusal is `{error}` with 400, 404 or 405. */
export function control(deps: ControlDeps, request: WireRequest): WireResponse {
  const here = controlRoutes.filter(({ path }) => path === request.path);
  const route = here.find(({ method }) => method === request.method);
  if (!route) return json(here.length > 0 ? 405 : 404, { error: 'no such endpoint', endpoints: controlHelp() });
  try {
    const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>);
    return json(200, route.answer(deps, body));
  } catch (error) {
    return json(400, { error: (error as Error).message });
  }
}

const KINDS: readonly string[] = ['inbound', 'outbound', 'internal', 'ringOut', 'fax'] satisfies CallScript['kind'][];

function toScript(body: Record<string, unknown>): CallScript {
  if (!KINDS.includes(String(body['kind']))) {
    throw new Error(`kind must be one of ${KINDS.join(', ')}`);
  }
  if (!Array.isArray(body['steps'])) throw new Error('steps must be a list');
  return body as unknown as CallScript;
}
