import { answerFaults } from './answer-faults.ts';
import { frameFaults } from './frame-faults.ts';
import { linkFaults } from './link-faults.ts';
import type { SocketFault } from './model.ts';
import { restFaults } from './rest-faults.ts';
import { streamFaults } from './stream-faults.ts';

/** Every fault of the event socket. */
export const knownSocketFaults: readonly SocketFault[] = [
  ...linkFaults,
  ...streamFaults,
  ...frameFaults,
  ...answerFaults,
];

/** Every fault there is. */
export const knownFaults: readonly SocketFault[] = [...knownSocketFaults, ...restFaults];
