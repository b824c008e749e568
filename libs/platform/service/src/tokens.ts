/** Injection tokens of what the host gives to every service's module. */
export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics');
export const READINESS = Symbol('Readiness');
export const LIFECYCLE = Symbol('Lifecycle');
export const SERVICE_TOKENS = Symbol('ServiceTokens');
export const AUTHENTICATOR = Symbol('Authenticator');
export const DATABASE = Symbol('Database');
export const BROKER = Symbol('Broker');
/** The implementation of OperationsService: see `operationsHandlers`. */
export const OPERATIONS = Symbol('Operations');
