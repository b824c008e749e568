/** The nth row id of an entity: a GUID, growing with `n` as the vendor's sequential ones do. */
export function makeGuid(typeCode: number, n: number): string {
  const head = n.toString(16).padStart(8, '0');
  return `${head}-${(typeCode & 0xffff).toString(16).padStart(4, '0')}-f011-8406-6045bd0a51a1`;
}

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A GUID in small letters without braces; undefined when it is none. */
export function readGuid(text: unknown): string | undefined {
  const plain = typeof text === 'string' ? text.trim().replace(/^\{(.*)\}$/, '$1').toLowerCase() : '';
  return SHAPE.test(plain) ? plain : undefined;
}
