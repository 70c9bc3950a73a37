/**
 * What the references of a schema lead to, by the names and places of the document they stand in. Nothing is fetched:
 * what is not in the document does not exist.
 */

import { isRecord } from './findings.ts';

/** The base of a document that names none. */
export const documentBase = 'schema:///';

export interface Reference {
  readonly text: string;
  /** Base of the place where it stands. */
  readonly base: string;
}

export type ReferenceTarget =
  /** `path`: where in the document, if the reference says it. */
  | { readonly kind: 'found'; readonly target: unknown; readonly path: readonly string[] }
  | { readonly kind: 'remote' | 'missing' };

export class References {
  readonly #root: unknown;
  /** By address, without a fragment. */
  readonly #resources = new Map<string, unknown>();
  /** By address, with a fragment. */
  readonly #anchors = new Map<string, unknown>();
  readonly #dynamic = new Map<string, unknown[]>();

  constructor(root: unknown) {
    this.#root = root;
    this.#resources.set(documentBase, root);
  }

  /** Takes in what `node` is called; answers the base of what stands in it. */
  enter(node: Record<string, unknown>, base: string, takesId: boolean): string {
    const ids = [node['$id'], takesId ? node['id'] : undefined].filter((id) => typeof id === 'string');
    let inner = base;
    for (const id of ids) {
      const address = resolve(id, base);
      if (address === undefined) continue;
      if (id.startsWith('#')) {
        this.#anchors.set(address, node);
        continue;
      }
      inner = withoutFragment(address);
      this.#resources.set(inner, node);
    }
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const name = node[keyword];
      if (typeof name === 'string') this.#anchors.set(`${inner}#${name}`, node);
    }
    const dynamic = node['$dynamicAnchor'];
    if (typeof dynamic === 'string') this.#dynamic.set(dynamic, [...(this.#dynamic.get(dynamic) ?? []), node]);
    return inner;
  }

  find({ text, base }: Reference): ReferenceTarget {
    const address = resolve(text, base);
    if (address === undefined) return { kind: 'missing' };
    const inResource = this.#at(address);
    if (inResource.kind === 'found' || !text.startsWith('#')) return inResource;
    // Many that name a part do not mean what the name does to the references in it.
    return this.#at(`${documentBase}${text}`);
  }

  /** `#name` of a dynamic reference: the one place that has the name. */
  findDynamic(reference: Reference): ReferenceTarget | { readonly kind: 'ambiguous' } {
    const named = this.#dynamic.get(reference.text.replace(/^.*#/, '')) ?? [];
    if (named.length > 1) return { kind: 'ambiguous' };
    return named.length === 1 ? { kind: 'found', target: named[0], path: [] } : this.find(reference);
  }

  #at(address: string): ReferenceTarget {
    const resource = this.#resources.get(withoutFragment(address));
    if (resource === undefined) return { kind: address.startsWith(documentBase) ? 'missing' : 'remote' };
    const fragment = decode(address.slice(withoutFragment(address).length + 1));
    if (fragment === '') return { kind: 'found', target: resource, path: [] };
    if (!fragment.startsWith('/')) {
      const target = this.#anchors.get(`${withoutFragment(address)}#${fragment}`);
      return target === undefined ? { kind: 'missing' } : { kind: 'found', target, path: [] };
    }
    const path = fragment.slice(1).split('/').map(unescaped);
    const target = path.reduce(memberOf, resource);
    return target === undefined ? { kind: 'missing' } : { kind: 'found', target, path };
  }

  /** Names that references to definitions can have. */
  get definitions(): readonly string[] {
    if (!isRecord(this.#root)) return [];
    const { $defs, definitions } = this.#root;
    return [$defs, definitions].flatMap((map) => (isRecord(map) ? Object.keys(map) : []));
  }
}

/** The text of a reference to `path`. */
export function referenceTo(path: readonly string[]): string {
  return `#${path.map((name) => `/${encodeURI(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] as unknown) : undefined;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function resolve(text: string, base: string): string | undefined {
  return URL.canParse(text, base) ? new URL(text, base).href : undefined;
}

function withoutFragment(address: string): string {
  return address.split('#', 1)[0] ?? '';
}

function unescaped(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
