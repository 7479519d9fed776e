import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { matchPath } from './routes.ts';

type Schema = Readonly<Record<string, unknown>>;
interface Operation {
  readonly responses: Readonly<Record<string, Schema>>;
  readonly 'x-throttling-group'?: string;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** The published description, trimmed; it is kept beside the repository, not in it. */
const FILE = new URL('../../../../shared/design/ringcentral-openapi.json', import.meta.url);

export const hasDescription = existsSync(FILE);

/** Every answer that is not described by its operation still has the platform's general error body. */
const GENERAL_ERROR = '#/components/schemas/ApiErrorResponseModel';

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface OpenapiCheck {
  readonly operations: readonly string[];
  /** `heavy`, `medium`, … as the description has it; undefined for an unknown operation. */
  groupOf(operation: string): string | undefined;
  /** What is wrong with a JSON answer to this request; empty when all is well. */
  faultsOf(method: string, path: string, status: number, body: unknown): readonly string[];
  /** What is wrong with a value of this schema; members nobody describes are let pass, as notifications have them. */
  faultsOfSchema(name: string, value: unknown): readonly string[];
}

class Check implements OpenapiCheck {
  readonly operations: readonly string[];
  readonly #document: Description;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });

  constructor(document: Description) {
    this.#document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('int32', true).addFormat('int64', true);
    this.#ajv.addSchema(document, 'rc');
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  groupOf(operation: string): string | undefined {
    const [method = '', path = ''] = operation.split(' ');
    return this.#document.paths[path]?.[method.toLowerCase()]?.['x-throttling-group']?.toLowerCase();
  }

  faultsOf(method: string, path: string, status: number, body: unknown): readonly string[] {
    const schema = this.#schemaOf(method, path, status);
    if (schema === undefined) return [`${method} ${path} is not described`];
    const validate = this.#ajv.compile({ ...this.#rebased(schema), $id: undefined } as object);
    const wrong = validate(body) ? [] : (validate.errors ?? []).map(printed);
    return [...wrong, ...(status < 300 ? this.#strangers(schema, body, '') : [])];
  }

  faultsOfSchema(name: string, value: unknown): readonly string[] {
    const validate = this.#ajv.getSchema(`rc#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`no schema ${name}`);
    return validate(value) === true ? [] : (validate.errors ?? []).map(printed);
  }

  #schemaOf(method: string, path: string, status: number): Schema | undefined {
    const templates = Object.keys(this.#document.paths).filter((template) => matchPath(template, path) !== undefined);
    // `…/telephony/sessions/{id}` and the like never collide; a literal segment beats a parameter where they would.
    const [template] = templates.sort((a, b) => a.split('{').length - b.split('{').length);
    const operation = this.#document.paths[template ?? '']?.[method.toLowerCase()];
    if (operation === undefined) return undefined;
    const response = this.#deref(operation.responses[String(status)] ?? {});
    const content = response['content'] as Readonly<Record<string, { readonly schema: Schema }>> | undefined;
    return content?.['application/json']?.schema ?? (status >= 400 ? { $ref: GENERAL_ERROR } : {});
  }

  #deref(schema: Schema): Schema {
    const ref = schema['$ref'];
    if (typeof ref !== 'string') return schema;
    const found = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), this.#document);
    return this.#deref(isObject(found) ? found : {});
  }

  /** References point into the registered document. */
  #rebased(schema: Schema): Schema {
    return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"rc#/')) as Schema;
  }

  /** The schema and everything it is combined from. */
  #variants(schema: Schema): readonly Schema[] {
    const own = this.#deref(schema);
    const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => (own[key] ?? []) as readonly Schema[]);
    return [own, ...parts.flatMap((part) => this.#variants(part))];
  }

  /** Members of the answer no schema speaks of: the platform would not send them. */
  #strangers(schema: Schema, value: unknown, at: string): readonly string[] {
    const variants = this.#variants(schema);
    if (Array.isArray(value)) {
      const items = variants.find((one) => isObject(one['items']))?.['items'];
      return isObject(items) ? value.flatMap((item, index) => this.#strangers(items, item, `${at}/${index}`)) : [];
    }
    if (!isObject(value)) return [];
    const known = Object.assign({}, ...variants.map((one) => one['properties'] ?? {})) as Record<string, Schema>;
    if (Object.keys(known).length === 0) return [];
    return Object.entries(value).flatMap(([key, member]) => {
      const described = known[key];
      return described === undefined
        ? [`${at}/${key} is not described`]
        : this.#strangers(described, member, `${at}/${key}`);
    });
  }
}

const printed = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath} ${message} ${JSON.stringify(params)}`;

/** Reads the description; throws when the file is not there. */
export function openapiCheck(): OpenapiCheck {
  return new Check(JSON.parse(readFileSync(FILE, 'utf8')) as Description);
}
