import type { CallNature } from './call-parts.ts';
import type { CallScript, TrueCall } from './model.ts';

/** The direction of a call, until it takes over a caller from another. */
export const DIRECTIONS = {
  inbound: 'inbound',
  outbound: 'outbound',
  internal: 'internal',
  ringOut: 'outbound',
  fax: 'inbound',
} as const satisfies Record<CallScript['kind'], TrueCall['direction']>;

/** The truth of a call that is about to begin. */
export function firstTruth(id: string, script: CallScript, nature: CallNature, at: number): TrueCall {
  const { kind, fromExtensionId } = script;
  const direction = DIRECTIONS[kind];
  const { partOf } = nature;
  return {
    id,
    kind: nature.kind ?? (kind === 'fax' ? 'fax' : 'voice'),
    direction,
    state: direction === 'inbound' ? 'routing' : 'ringing',
    startedAt: at,
    ...(partOf === undefined ? {} : { partOf }),
    from: nature.from,
    to: nature.to,
    ...(direction !== 'inbound' && fromExtensionId !== undefined ? { agentExtensionId: fromExtensionId } : {}),
    offers: [],
    queueEntries: [],
    talkMs: 0,
    holdMs: 0,
    ringing: [],
  };
}
