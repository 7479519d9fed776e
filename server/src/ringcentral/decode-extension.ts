import { z } from 'zod';
import type { Extension } from '@ringside/shared/domain/directory';
import { toExtensionKind } from './decode.ts';
import { anything, cleanId, lenientText, present } from './decode-values.ts';

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

/** One record of the call queue list; whatever else it says, it is a queue. */
export function decodeQueue(value: unknown): Extension | undefined {
  const parsed = extensionSchema.safeParse(value);
  const id = parsed.success ? cleanId(parsed.data.id) : undefined;
  if (!parsed.success || !id) return undefined;
  return present({ id, kind: 'queue' as const, name: parsed.data.name, number: parsed.data.extensionNumber });
}
