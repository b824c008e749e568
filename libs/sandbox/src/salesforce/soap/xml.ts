/** An element of a parsed document: names without prefixes, text without the children's. */
export interface XmlElement {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

export class XmlProblem extends Error {}

const TOKEN = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w.-]+(?::[\w.-]+)?)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex || decimal) return String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal));
    const named = NAMED[name ?? ''];
    if (named === undefined) throw new XmlProblem(`The entity "${whole.slice(1, -1)}" was referenced, but not declared.`);
    return named;
  });
}

interface Open {
  element: XmlElement;
  written: string;
  scope: Record<string, string>;
}

function open(written: string, rest: string, outer: Record<string, string>): Open {
  const attributes: Record<string, string> = {};
  const scope = { ...outer };
  for (const [, name = '', double, single] of rest.matchAll(ATTRIBUTE)) {
    const value = unescapeXml(double ?? single ?? '');
    if (name === 'xmlns') scope[''] = value;
    else if (name.startsWith('xmlns:')) scope[name.slice(6)] = value;
    else attributes[name.split(':').at(-1) ?? ''] = value;
  }
  const [prefix, name] = written.includes(':') ? (written.split(':') as [string, string]) : ['', written];
  if (prefix && scope[prefix] === undefined) throw new XmlProblem(`The prefix "${prefix}" for element "${written}" is not bound.`);
  return { written, scope, element: { name, namespace: scope[prefix] ?? '', attributes, children: [], text: '' } };
}

/** Reads one document. A document type is refused, as the vendor refuses it. @throws XmlProblem */
export function parseXml(text: string): XmlElement {
  const root: Open = { written: '', scope: {}, element: { name: '', namespace: '', attributes: {}, children: [], text: '' } };
  const stack: Open[] = [root];
  let at = 0;
  for (const match of text.replace(/^\uFEFF/, '').matchAll(TOKEN)) {
    const [token, cdata, closing, written, rest = '', empty, plain] = match;
    at = match.index + token.length;
    const top = stack.at(-1)!;
    if (cdata !== undefined) top.element.text += cdata;
    else if (plain !== undefined) top.element.text += unescapeXml(plain);
    else if (written !== undefined && closing) {
      if (stack.length === 1 || top.written !== written) throw new XmlProblem(`The end-tag for element type "${top.written}" must come before "${written}".`);
      stack.pop();
    } else if (written !== undefined) {
      const opened = open(written, rest, top.scope);
      top.element.children.push(opened.element);
      if (!empty) stack.push(opened);
    }
  }
  const document = root.element.children[0];
  if (at < text.replace(/^\uFEFF/, '').length || stack.length > 1 || root.element.children.length !== 1 || !document) throw new XmlProblem('Content is not allowed here, or the document ends early.');
  return document;
}

export const child = (parent: XmlElement | undefined, name: string): XmlElement | undefined => parent?.children.find((c) => c.name === name);

export const isNil = (element: XmlElement): boolean => /^(true|1)$/.test(element.attributes['nil'] ?? '');

/** The text of a child; undefined when it is not there, is empty, or is xsi:nil. */
export function childText(parent: XmlElement | undefined, name: string): string | undefined {
  const found = child(parent, name);
  if (!found || isNil(found)) return undefined;
  return found.text.trim() === '' ? undefined : found.text.trim();
}
