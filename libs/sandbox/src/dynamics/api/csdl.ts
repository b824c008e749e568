import type { DvRequest, Reply } from '../http/request.ts';
import { isLookup, lookupProperty, navigationNames, type AttributeDef, type EntityDef } from '../schema/schema-types.ts';

const EDM: Record<string, string> = {
  String: 'Edm.String', Memo: 'Edm.String', MultiSelectPicklist: 'Edm.String', Integer: 'Edm.Int32', Picklist: 'Edm.Int32', State: 'Edm.Int32', Status: 'Edm.Int32', BigInt: 'Edm.Int64',
  Decimal: 'Edm.Decimal', Money: 'Edm.Decimal', Double: 'Edm.Double', Boolean: 'Edm.Boolean', Uniqueidentifier: 'Edm.Guid',
};
const edmType = (attribute: AttributeDef): string => (attribute.type === 'DateTime' ? (attribute.dateOnly ? 'Edm.Date' : 'Edm.DateTimeOffset') : (EDM[attribute.type] ?? 'Edm.Guid'));

function entityType(def: EntityDef, known: ReadonlySet<string>): string {
  const properties = [...def.attributes.values()].map((a) => `<Property Name="${isLookup(a) ? lookupProperty(a) : a.name}" Type="${edmType(a)}"${a.name === def.primaryId ? ' Nullable="false"' : ''} />`);
  const navigations = [...def.attributes.values()].filter(isLookup).flatMap((a) => navigationNames(a).flatMap((name, i) => {
    const target = a.targets[a.type === 'Customer' ? i : 0];
    if (!target || !known.has(target)) return [];
    return [`<NavigationProperty Name="${name}" Type="mscrm.${target}" Nullable="true"><ReferentialConstraint Property="${lookupProperty(a)}" ReferencedProperty="${target}id" /></NavigationProperty>`];
  }));
  const keys = def.keys.map((k) => `<Record><PropertyValue Property="Key"><Collection>${k.attributes.map((a) => `<Record><PropertyValue Property="Alias" String="${a}" /><PropertyValue Property="Name" PropertyPath="${a}" /></Record>`).join('')}</Collection></PropertyValue></Record>`);
  const annotation = keys.length > 0 ? `<Annotation Term="OData.Community.Keys.V1.AlternateKeys"><Collection>${keys.join('')}</Collection></Annotation>` : '';
  return `<EntityType Name="${def.name}" BaseType="mscrm.crmbaseentity"><Key><PropertyRef Name="${def.primaryId}" /></Key>${properties.join('')}${navigations.join('')}${annotation}</EntityType>`;
}

const multiple = (def: EntityDef, action: string, returns: string) =>
  `<Action Name="${action}" IsBound="true"><Parameter Name="entityset" Type="Collection(mscrm.${def.name})" Nullable="false" /><Parameter Name="Targets" Type="Collection(mscrm.${def.name})" Nullable="false" />${returns}</Action>`;

/** `$metadata`: the model as CSDL. */
export function csdl(request: DvRequest): Reply {
  const all = request.env.schema.all();
  const known = new Set(all.map((d) => d.name));
  const types = all.map((def) => entityType(def, known)).join('');
  const actions = all.map((def) => multiple(def, 'CreateMultiple', '<ReturnType Type="mscrm.CreateMultipleResponse" Nullable="false" />') + multiple(def, 'UpdateMultiple', '') + multiple(def, 'UpsertMultiple', '')).join('');
  const qualify = '<Action Name="QualifyLead" IsBound="true"><Parameter Name="entity" Type="mscrm.lead" Nullable="false" /><Parameter Name="CreateAccount" Type="Edm.Boolean" Nullable="false" /><Parameter Name="CreateContact" Type="Edm.Boolean" Nullable="false" />'
    + '<Parameter Name="CreateOpportunity" Type="Edm.Boolean" Nullable="false" /><Parameter Name="OpportunityCustomerId" Type="mscrm.crmbaseentity" /><Parameter Name="Status" Type="Edm.Int32" Nullable="false" /><ReturnType Type="Collection(mscrm.crmbaseentity)" Nullable="false" /></Action>';
  const sets = all.map((def) => `<EntitySet Name="${def.set}" EntityType="Microsoft.Dynamics.CRM.${def.name}" />`).join('');
  const content = '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
    + '<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="crmbaseentity" Abstract="true" />'
    + `${types}<ComplexType Name="CreateMultipleResponse"><Property Name="Ids" Type="Collection(Edm.Guid)" Nullable="false" /></ComplexType>${actions}${qualify}`
    + '<ComplexType Name="WhoAmIResponse"><Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false" /><Property Name="UserId" Type="Edm.Guid" Nullable="false" /><Property Name="OrganizationId" Type="Edm.Guid" Nullable="false" /></ComplexType>'
    + '<Function Name="WhoAmI"><ReturnType Type="mscrm.WhoAmIResponse" Nullable="false" /></Function>'
    + `<EntityContainer Name="System">${sets}<FunctionImport Name="WhoAmI" Function="Microsoft.Dynamics.CRM.WhoAmI" /></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>`;
  return { status: 200, text: { type: 'application/xml', content } };
}
