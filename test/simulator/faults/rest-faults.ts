/**
 * In:  requests on their way into REST, answers on their way out.
 * Out: every misbehaviour of the REST side, by name; lists stack: `rate-429,retry-after-date`.
 * Never: knowledge of calls. A fault sees requests and answers, as a broken gateway would.
 */
import type { SocketFault } from './model.ts';
import { bodyFaults } from './rest-body-faults.ts';
import { listFaults } from './rest-list-faults.ts';
import { statusFaults } from './rest-status-faults.ts';
import { tokenFaults } from './rest-token-faults.ts';

/** Rows R1–R11 of the fault catalogue and the REST lines of the simulator's checklist (8.4). */
export const restFaults: readonly SocketFault[] = [...statusFaults, ...bodyFaults, ...listFaults, ...tokenFaults];
