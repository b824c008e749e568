export interface Refusal {
  values: object;
  /** Part of what Helm must say. */
  message: string;
}

/** One line for each rule of templates/validate.yaml, and for the schema's ways of refusing. */
export const REFUSALS: Refusal[] = [
  { values: { terminationGraceSeconds: 8 }, message: 'leaves a service no time to finish its work' },
  { values: { ingress: { enabled: true } }, message: 'ingress.enabled needs ingress.host' },
  { values: { ingress: { tlsSecret: 'tls' } }, message: 'ingress.tlsSecret is set but ingress.enabled is false' },
  { values: { postgresql: { database: '', databasePrefix: '' } }, message: 'postgresql.database and postgresql.databasePrefix are both empty' },
  { values: { services: { crmWriter: { providers: [{ name: 'salesforce' }, { name: 'salesforce' }] } } }, message: 'names "salesforce" twice' },
  { values: { services: { crmWriter: { providers: [] } } }, message: 'services.crmWriter.providers is empty' },
  { values: { defaults: { autoscaling: { enabled: true, minReplicas: 9, maxReplicas: 3 } } }, message: 'autoscaling.minReplicas (9) is more than maxReplicas (3)' },
  { values: { postgresql: { existingSecret: '' } }, message: 'has no databaseUrl and postgresql.existingSecret is empty' },
  { values: { replicas: 3 }, message: "additional properties 'replicas' not allowed" },
  { values: { services: { segments: { settings: { importMaxByte: 1 } } } }, message: "additional properties 'importMaxByte' not allowed" },
  { values: { services: { gateway: { settings: { sessionHours: 0 } } } }, message: 'sessionHours' },
  { values: { kafka: { brokers: 'kafka' } }, message: 'does not match pattern' },
];
