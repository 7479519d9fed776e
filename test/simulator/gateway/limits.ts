import type { LinkLimits } from '../faults/model.ts';

/** What ConnectionDetails announces on the platform; times in s. */
export const platformLimits: LinkLimits = {
  maxConnectionsPerSession: 50,
  recoveryBufferSize: 100,
  recoveryTimeout: 180,
  idleTimeout: 1800,
  absoluteTimeout: 86_400,
  maxActiveRequests: 10,
};
