import { BATCHES_A_DAY, QUERY_JOBS_A_DAY } from '../bulk/limits.ts';
import { notFound } from '../errors.ts';
import type { Org } from '../org.ts';
import type { FieldDef, ObjectDef } from '../schema/schema-types.ts';
import { header, ok, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { NEWEST } from '../http/router.ts';
import { viewRecord } from '../records/view.ts';
import { isDeleted } from '../store/row.ts';

const SOAP_TYPES: Partial<Record<FieldDef['type'], string>> = {
  id: 'tns:ID', reference: 'tns:ID', boolean: 'xsd:boolean', int: 'xsd:int', double: 'xsd:double', currency: 'xsd:double', percent: 'xsd:double',
  date: 'xsd:date', datetime: 'xsd:dateTime', address: 'urn:address',
};

export function objectOr404(org: Org, name: string | undefined): ObjectDef {
  const def = org.schema.find(name ?? '');
  if (!def) throw notFound();
  return def;
}

function describeField(f: FieldDef): Record<string, unknown> {
  const digits = f.type === 'int' ? 8 : 0;
  return {
    aggregatable: f.type !== 'address' && f.filterable, aiPredictionField: false, autoNumber: false, byteLength: f.length * 3, calculated: false, calculatedFormula: null,
    cascadeDelete: false, caseSensitive: f.caseSensitive, compoundFieldName: null, controllerName: null, createable: f.createable, custom: f.custom,
    defaultValue: f.type === 'boolean' ? Boolean(f.defaultValue) : f.defaultValue, defaultValueFormula: null, defaultedOnCreate: f.defaultedOnCreate,
    dependentPicklist: false, deprecatedAndHidden: false, digits, displayLocationInDecimal: false, encrypted: false, externalId: f.externalId, extraTypeInfo: null,
    filterable: f.filterable, filteredLookupInfo: null, formulaTreatNullNumberAsZero: false, groupable: !['double', 'currency', 'percent', 'datetime', 'address'].includes(f.type) && f.filterable,
    highScaleNumber: false, htmlFormatted: false, idLookup: f.idLookup || f.type === 'id', inlineHelpText: null, label: f.label, length: f.length, mask: null, maskType: null,
    name: f.name, nameField: f.nameField, namePointing: false, nillable: f.nillable, permissionable: f.nillable && !f.nameField, picklistValues: f.picklistValues.map((v) => ({ active: v.active, defaultValue: v.defaultValue, label: v.label, validFor: null, value: v.value })),
    polymorphicForeignKey: f.referenceTo.length > 1, precision: f.precision, queryByDistance: false, referenceTargetField: null, referenceTo: f.referenceTo,
    relationshipName: f.relationshipName, relationshipOrder: null, restrictedDelete: false, restrictedPicklist: f.restrictedPicklist, scale: f.scale, searchPrefilterable: false,
    soapType: SOAP_TYPES[f.type] ?? 'xsd:string', sortable: f.sortable, type: f.type, unique: f.unique, updateable: f.updateable, writeRequiresMasterRead: false,
  };
}

function summary(def: ObjectDef, version: string): Record<string, unknown> {
  const base = `/services/data/v${version}/sobjects/${def.name}`;
  return {
    activateable: false, associateEntityType: null, associateParentEntity: null, createable: def.createable, custom: def.custom, customSetting: false,
    deepCloneable: false, deletable: def.deletable, deprecatedAndHidden: false, feedEnabled: true, hasSubtypes: false, isInterface: false, isSubtype: false,
    keyPrefix: def.keyPrefix, label: def.label, labelPlural: def.labelPlural, layoutable: true, mergeable: ['Account', 'Contact', 'Lead'].includes(def.name),
    mruEnabled: true, name: def.name, queryable: true, replicateable: true, retrieveable: true, searchable: true, triggerable: true, undeletable: def.deletable,
    updateable: def.updateable, urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

function describe(request: RestRequest): Reply {
  const def = objectOr404(request.org, request.params.type);
  const changed = { 'Last-Modified': new Date(request.org.schema.changedAt).toUTCString() };
  const since = Date.parse(header(request, 'If-Modified-Since') ?? '');
  if (since >= Date.parse(changed['Last-Modified'])) return { status: 304, headers: changed };
  const children = request.org.schema.children(def.name).map(({ child, field }) => ({
    cascadeDelete: false, childSObject: child.name, deprecatedAndHidden: false, field: field.name, junctionIdListNames: [], junctionReferenceTo: [],
    relationshipName: field.childRelationshipName ?? null, restrictedDelete: false,
  }));
  const body = {
    actionOverrides: [], ...summary(def, request.version), childRelationships: children, compactLayoutable: true, defaultImplementation: null, extendedBy: null, extendsInterfaces: null,
    fields: def.fields.map(describeField), implementedBy: null, implementsInterfaces: null, listviewable: null, lookupLayoutable: null, namedLayoutInfos: [],
    networkScopeFieldName: null, recordTypeInfos: [{ active: true, available: true, defaultRecordTypeMapping: true, developerName: 'Master', master: true, name: 'Master', recordTypeId: '012000000000000AAA', urls: {} }],
    searchLayoutable: true, sobjectDescribeOption: 'FULL', supportedScopes: [{ label: `All ${def.labelPlural}`, name: 'everything' }],
  };
  return { status: 200, body, headers: changed };
}

function describeGlobal(request: RestRequest): Reply {
  return ok({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: request.org.schema.all().map((def) => summary(def, request.version)) });
}

function basicInfo(request: RestRequest): Reply {
  const { org, version } = request;
  const def = objectOr404(org, request.params.type);
  const recent = org.store.table(def).rows().slice(-20).filter((r) => !isDeleted(r)).reverse();
  const name = def.fields.filter((f) => f.nameField || f.name === 'Id');
  return ok({ objectDescribe: summary(def, version), recentItems: recent.map((row) => viewRecord(def, row, version, name)) });
}

/** GET /services/data: the only data resource that asks for no session. */
export const versions = (): { label: string; url: string; version: string }[] =>
  Array.from({ length: NEWEST - 19 }, (_, i) => ({ label: `Release ${i + 20}`, url: `/services/data/v${i + 20}.0`, version: `${i + 20}.0` }));

function resources(request: RestRequest): Reply {
  const base = `/services/data/v${request.version}`;
  const names = ['limits', 'sobjects', 'query', 'queryAll', 'search', 'parameterizedSearch', 'composite'];
  return ok({
    ...Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
    identity: `${request.org.url}/id/${request.org.id}/${request.org.userId}`,
  });
}

function limits(request: RestRequest): Reply {
  const { org } = request;
  const pair = (Max: number, used = 0) => ({ Max, Remaining: Math.max(0, Max - used) });
  return ok({
    ConcurrentAsyncGetReportInstances: pair(200), DailyApiRequests: pair(org.settings.apiLimit, org.apiUsage), DailyAsyncApexExecutions: pair(250_000),
    DailyBulkApiBatches: pair(BATCHES_A_DAY, org.bulk.ingest.size), DailyBulkV2QueryJobs: pair(QUERY_JOBS_A_DAY, org.bulk.query.size), DataStorageMB: pair(1024), FileStorageMB: pair(1024), HourlyTimeBasedWorkflow: pair(1000),
    SingleEmail: pair(5000), MassEmail: pair(5000),
  });
}

export const describeRoutes: Route[] = [
  { method: 'GET', pattern: '', operation: 'resources', handler: resources },
  { method: 'GET', pattern: 'limits', operation: 'limits', handler: limits },
  { method: 'GET', pattern: 'sobjects', operation: 'describeGlobal', handler: describeGlobal },
  { method: 'GET', pattern: 'sobjects/:type', operation: 'sobject', handler: basicInfo },
  { method: 'GET', pattern: 'sobjects/:type/describe', operation: 'describe', handler: describe },
];
