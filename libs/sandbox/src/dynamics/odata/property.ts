import { noProperty } from '../errors.ts';
import { isLookup, lookupProperty, navigationNames, type AttributeDef, type EntityDef } from '../schema/schema-types.ts';

/** The attribute that a property of a query means: by its name, or a lookup by `_name_value`. @throws DvError when there is none */
export function attributeOf(def: EntityDef, property: string): AttributeDef {
  const direct = def.attributes.get(property);
  if (direct) return direct;
  const lookup = /^_(.+)_value$/.exec(property)?.[1];
  const found = lookup === undefined ? undefined : def.attributes.get(lookup);
  if (!found || !isLookup(found)) throw noProperty(property, def.name);
  return found;
}

/** The lookup behind a navigation property, and the entity it leads to. */
export function navigationOf(def: EntityDef, property: string): { attribute: AttributeDef; target: string } {
  for (const attribute of def.attributes.values()) {
    if (!isLookup(attribute)) continue;
    const at = navigationNames(attribute).indexOf(property);
    if (at >= 0) return { attribute, target: attribute.targets[at] ?? attribute.targets[0] ?? '' };
  }
  throw noProperty(property, def.name);
}

/** The name a property has in answers. */
export const propertyName = (attribute: AttributeDef): string => (isLookup(attribute) ? lookupProperty(attribute) : attribute.name);
