import { z } from 'zod';
import type { Extension } from '@ringside/shared/domain/directory';
import { toExtensionKind } from './decode.ts';
import { anything, cleanId, lenientFlag, lenientText, present } from './decode-values.ts';

const extensionSchema = z.object({
  id: anything,
  type: anything,
  name: lenientText,
  extensionNumber: lenientText,
});

/** One record of the extension list; undefined when it has no id or a type that is new to us. */
export function decodeExtension(value: unknown): Extension | undefined {
  const parsed = extensionSchema.safeParse(value);
  const kind = parsed.success ? toExtensionKind(parsed.data.type) : undefined;
  const id = parsed.success ? cleanId(parsed.data.id) : undefined;
  if (!parsed.success || !kind || !id) return undefined;
  return present({ id, kind, name: parsed.data.name, number: parsed.data.extensionNumber });
}

const ownSchema = z.object({
  permissions: z
    .object({ admin: z.object({ enabled: lenientFlag }).partial() })
    .partial()
    .optional()
    .catch(undefined),
});

export interface OwnExtension {
  readonly extension: Extension;
  /** Absent when the answer does not say. */
  readonly administrator?: boolean;
}

/** The answer of `GET …/extension/~` (`GetExtensionInfoResponse`); undefined when it is not one. */
export function decodeOwnExtension(json: unknown): OwnExtension | undefined {
  const extension = decodeExtension(json);
  const administrator = ownSchema.safeParse(json).data?.permissions?.admin?.enabled;
  return extension && present({ extension, administrator });
}

/** One record of the call queue list; whatever else it says, it is a queue. */
export function decodeQueue(value: unknown): Extension | undefined {
  const parsed = extensionSchema.safeParse(value);
  const id = parsed.success ? cleanId(parsed.data.id) : undefined;
  if (!parsed.success || !id) return undefined;
  return present({ id, kind: 'queue' as const, name: parsed.data.name, number: parsed.data.extensionNumber });
}
