import type { crmWriter, orchestrations } from '@signalbox/contracts';
import type { KindProblem } from '@signalbox/platform-orchestration';
import { COMPANY_FIELD_NAMES, companyField } from './company-fields.ts';
import { typesFit, valueProblem } from './crm-field-value.ts';

type Mapping = orchestrations.FieldMapping;
type Profile = orchestrations.MappingProfile;
const CODE = 'orchestrations.mapping_profile';

const problem = (code: string, field: string, message: string): KindProblem => ({ code: `${CODE}.${code}`, field, message });

/** What can be said of a profile without asking the CRM. */
export function profileShapeProblems(profile: Profile): KindProblem[] {
  const found: KindProblem[] = [];
  if (!profile.name.trim()) found.push(problem('incomplete', 'name', 'Give the mapping profile a name.'));
  if (profile.name.length > 200) found.push(problem('name_too_long', 'name', 'A name has at most 200 characters.'));
  if (!profile.connectionId) found.push(problem('incomplete', 'connection_id', 'Choose the connection whose fields are mapped.'));
  if (profile.mappings.length === 0) found.push(problem('incomplete', 'mappings', 'Map at least one field.'));
  return found;
}

function sourceProblem(mapping: Mapping, place: string): KindProblem | undefined {
  if (mapping.companyField && mapping.constant) return problem('two_sources', `${place}.constant`, `${mapping.crmField || place}: give a company field or a constant, not both.`);
  if (!mapping.companyField && !mapping.constant) return problem('incomplete', `${place}.company_field`, `${mapping.crmField || place}: choose a company field, or give a constant.`);
  if (mapping.companyField && !companyField(mapping.companyField)) {
    return problem('unknown_company_field', `${place}.company_field`, `Companies have no field "${mapping.companyField}". Use ${COMPANY_FIELD_NAMES.join(', ')}, or attributes.<column>.`);
  }
  return undefined;
}

function targetProblem(mapping: Mapping, field: crmWriter.CrmField | undefined, object: string, place: string): KindProblem | undefined {
  if (!field) return problem('unknown_field', `${place}.crm_field`, `The CRM's ${object} has no field "${mapping.crmField}". Choose one that it has.`);
  if (!field.createable) return problem('field_read_only', `${place}.crm_field`, `The CRM does not let us write "${mapping.crmField}" of ${object}. Take it out of the mapping, or ask the CRM's administrator for the permission.`);
  if (mapping.constant) {
    const wrong = valueProblem(field, mapping.constant);
    return wrong === undefined ? undefined : problem('constant_invalid', `${place}.constant`, `The constant for ${mapping.crmField} does not fit: ${wrong}.`);
  }
  const source = companyField(mapping.companyField);
  if (source && !typesFit(source.type, field)) {
    return problem('type_mismatch', `${place}.company_field`, `"${mapping.companyField}" is a ${source.type} and can never be written to "${mapping.crmField}", which is of type ${field.type}. Choose another field.`);
  }
  return undefined;
}

function externalIdProblem(profile: Profile, fields: Map<string, crmWriter.CrmField>): KindProblem | undefined {
  const name = profile.externalIdField;
  if (!name) return undefined;
  const field = fields.get(name);
  if (!field) return problem('unknown_field', 'external_id_field', `The CRM's ${profile.object} has no field "${name}". Choose an external id field, or leave it empty.`);
  if (!field.externalId) return problem('not_external_id', 'external_id_field', `"${name}" is not an external id in the CRM. Mark it as one there, or choose another field.`);
  if (!field.createable) return problem('field_read_only', 'external_id_field', `The CRM does not let us write "${name}" of ${profile.object}.`);
  if (profile.mappings.some((m) => m.crmField === name)) return problem('field_twice', 'external_id_field', `"${name}" carries our id and is mapped as well. Take it out of the mappings.`);
  return undefined;
}

/** The profile against the CRM's own description of the object: every problem at once, by name (CNA-3). */
export function profileFieldProblems(profile: Profile, described: readonly crmWriter.CrmField[]): KindProblem[] {
  const fields = new Map(described.map((f) => [f.name, f]));
  const seen = new Set<string>();
  const found: (KindProblem | undefined)[] = profile.mappings.map((mapping, index) => {
    const place = `mappings[${index}]`;
    if (!mapping.crmField) return problem('incomplete', `${place}.crm_field`, 'Choose the CRM field that is written.');
    if (seen.has(mapping.crmField)) return problem('field_twice', `${place}.crm_field`, `"${mapping.crmField}" is mapped twice. Keep one of the two.`);
    seen.add(mapping.crmField);
    return sourceProblem(mapping, place) ?? targetProblem(mapping, fields.get(mapping.crmField), profile.object, place);
  });
  found.push(externalIdProblem(profile, fields));
  for (const field of described) {
    if (!field.required || !field.createable || seen.has(field.name) || field.name === profile.externalIdField) continue;
    found.push(problem('required_field_unmapped', 'mappings', `The CRM requires "${field.name}" for every new ${profile.object}: map a company field or a constant to it.`));
  }
  return found.filter((p) => p !== undefined);
}
