/** Who an extension is; decides whether "answered" means a person answered. */
export type ExtensionKind = 'person' | 'queue' | 'menu' | 'machine';

export interface Extension {
  readonly id: string;
  readonly kind: ExtensionKind;
  readonly name?: string;
  /** Short extension number, e.g. `200`. */
  readonly number?: string;
}

/** All known extensions by id. An extension that is absent is unknown, not a person. */
export type Directory = ReadonlyMap<string, Extension>;
