export * from './generated/signalbox/operations/v1/service.ts';
