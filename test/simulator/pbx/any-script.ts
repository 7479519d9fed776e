import fc from 'fast-check';
import { quiet } from '../scenarios/quiet.ts';
import type { CallScript, CallStep, SimExtension } from './model.ts';

const idsOf = (...types: readonly SimExtension['type'][]): string[] =>
  quiet.account.extensions.filter(({ type }) => types.includes(type)).map(({ id }) => id);

const anybody = fc.constantFrom(...quiet.account.extensions.map(({ id }) => id));
const user = fc.constantFrom(...idsOf('User'));
const faxLine = fc.constantFrom(...idsOf('User', 'FaxUser'));
const after = fc.integer({ min: 0, max: 40_000 });
const consultMs = fc.integer({ min: 0, max: 15_000 });
const maybe = fc.option(user, { nil: undefined });
const optional = (id: string | undefined) => (id === undefined ? {} : { extensionId: id });
const named = <Name extends string>(name: Name) => fc.constant(name);

/** Steps that answer for a ringing phone. */
const ringStep: fc.Arbitrary<CallStep> = fc.oneof(
  fc
    .tuple(fc.constantFrom('answer' as const, 'answer' as const, 'noAnswer' as const, 'reject' as const), after, maybe)
    .map(([act, wait, id]): CallStep => ({ do: act, after: wait, ...optional(id) })),
  fc.record({
    do: named('fail'),
    after,
    reason: fc.constantFrom('TargetBusy' as const, 'InvalidNumber' as const, 'InternalError' as const),
  }),
  fc.record({
    do: named('directedPickup'),
    after,
    extensionId: user,
    into: fc.constantFrom('ringing' as const, 'picker' as const),
  }),
  fc.record({ do: named('overflow'), after, toExtensionId: anybody }),
  fc.record({ do: named('overflow'), after }),
  fc.record({ do: named('findMe'), after, extensionId: user, answerAfter: after }),
  fc.record({ do: named('findMe'), after, extensionId: user }),
);

/** Steps within a conversation. */
const talkStep: fc.Arbitrary<CallStep> = fc.oneof(
  fc
    .tuple(fc.constantFrom('hold' as const, 'resume' as const), after, maybe)
    .map(([act, wait, id]): CallStep => ({ do: act, after: wait, ...optional(id) })),
  fc.record({ do: named('park'), after }),
  fc.record({ do: named('park'), after, backAfterMs: after }),
  fc.record({ do: named('pickup'), after, extensionId: user }),
  fc.record({ do: named('blindTransfer'), after, toExtensionId: anybody }),
  fc.record({ do: named('blindTransfer'), after, toNumber: fc.constant('+13035550110') }),
  fc.record({
    do: named('attendedTransfer'),
    after,
    toExtensionId: anybody,
    consultMs,
    into: fc.constantFrom('customer' as const, 'consult' as const),
  }),
  fc.record({ do: named('conference'), after, withExtensionId: anybody, consultMs }),
  fc.record({
    do: named('supervise'),
    after,
    extensionId: user,
    forMs: after,
    leg: fc.constantFrom('session' as const, 'joined' as const),
  }),
  fc
    .tuple(
      fc.constantFrom(
        'flip' as const,
        'switch' as const,
        'recordingOn' as const,
        'recordingOn' as const,
        'recordingPause' as const,
        'recordingResume' as const,
        'recordingOff' as const,
      ),
      after,
    )
    .map(([act, wait]): CallStep => ({ do: act, after: wait })),
);

const step: fc.Arbitrary<CallStep> = fc.oneof(
  ringStep,
  talkStep,
  talkStep,
  fc.record({ do: named('choose'), after, extensionId: anybody }),
  fc.record({ do: named('voicemail'), after, messageMs: after }),
  fc.record({ do: named('hangUp'), after, by: named('callee') }),
);

const bye = fc.record({ do: named('hangUp'), after, by: named('caller') });
const steps = fc.tuple(fc.array(step, { maxLength: 7 }), bye).map(([some, last]) => [...some, last]);
const patienceMs = fc.integer({ min: 0, max: 90_000 });

/** Any call a test, or a person at the control door, may place in a quiet world; its caller hangs up in the end. */
export const anyScript: fc.Arbitrary<CallScript> = fc.oneof(
  fc.record({ kind: named('inbound'), toExtensionId: anybody, patienceMs, steps }),
  fc.record({ kind: named('inbound'), toExtensionId: anybody, steps }),
  fc.record({ kind: named('outbound'), fromExtensionId: user, steps }),
  fc.record({ kind: named('internal'), fromExtensionId: user, toExtensionId: anybody, steps }),
  fc.record({ kind: named('ringOut'), fromExtensionId: user, steps }),
  fc.record({ kind: named('fax'), toExtensionId: faxLine, steps }),
);
