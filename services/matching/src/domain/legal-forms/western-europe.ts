import type { LegalFormTable } from './table.ts';

/**
 * Legal forms of the west, the south and the north of Europe. Sources: ISO 20275 ELF code list (GLEIF, CC0); Companies
 * House (GB), CRO (IE), Handelsregister (DE, AT, CH), RNCS (FR), KBO/BCE (BE), RCS (LU), KVK (NL), Registro Mercantil (ES),
 * RNPC (PT), Registro delle imprese (IT), Bolagsverket (SE), Brønnøysund (NO), CVR (DK), PRH (FI), RSK (IS), GEMI (GR).
 */
export const WESTERN_EUROPEAN_FORMS: LegalFormTable = {
  'GB IE MT GI JE GG IM': {
    suffixes: [
      'ltd', 'limited', 'plc', 'cic', 'cio', 'public limited company', 'public limited co', 'community interest company', 'private limited company', 'private company limited by shares', 'company limited by guarantee', 'private limited',
      'limited liability partnership', 'designated activity company', 'dac', 'clg', 'uc', 'unlimited company', 'unltd', 'cyf', 'cyfyngedig', 'teoranta', 'teo', 'cuideachta phoibli theoranta', 'icav', 'pcc limited', 'icc limited', 'lp', 'slp', 'rtm company ltd',
    ],
  },
  'DE AT CH LI': {
    suffixes: [
      'GmbH', 'mbH', 'AG', 'KG', 'KGaA', 'OHG', 'OG', 'GbR', 'UG', 'eV', 'e.V.', 'eG', 'e.G.', 'eK', 'e.K.', 'e.Kfm.', 'e.Kfr.', 'SE', 'ges', 'GesmbH', 'Ges.m.b.H.', 'Gesellschaft m.b.H.', 'G.m.b.H.', 'gGmbH', 'gAG', 'gUG', 'haftungsbeschränkt', 'UG (haftungsbeschränkt)',
      'Aktiengesellschaft', 'Gesellschaft mit beschränkter Haftung', 'Kommanditgesellschaft', 'offene Handelsgesellschaft', 'Kommanditgesellschaft auf Aktien', 'Unternehmergesellschaft', 'eingetragener Verein', 'eingetragene Genossenschaft', 'VVaG', 'Genossenschaft',
      'PartG', 'PartGmbB', 'PartG mbB', 'AöR', 'KdöR', 'InvAG', 'Co KG', 'Co KGaA', 'GmbH Co KG', 'AG Co KG', 'SE Co KG', 'SE Co KGaA', 'eingetragene Kauffrau', 'eingetragener Kaufmann', 'Est. reg.', 'Anstalt', 'Sàrl', 'Sagl', 'KlG', 'KmG', 'société coopérative', 'SA', 'GmbH in Liquidation', 'AG in Liquidation',
    ],
  },
  'FR BE LU MC': {
    suffixes: [
      'SA', 'S.A.', 'SAS', 'SASU', 'SARL', 'S.à r.l.', 'S.à.r.l.', 'EURL', 'SCA', 'SCS', 'SCSp', 'SNC', 'SPRL', 'SRL', 'SC', 'SCI', 'SCOP', 'SCRL', 'SCRLFS', 'ASBL', 'AISBL', 'GIE', 'GEIE', 'SELARL', 'SELAS', 'SCIC', 'EARL', 'GAEC', 'SCEA',
      'société anonyme', 'société par actions simplifiée', 'société par actions simplifiée unipersonnelle', 'société à responsabilité limitée', 'société en nom collectif', 'société en commandite par actions', 'société civile', 'société privée à responsabilité limitée', 'SICAV', 'SICAF', 'SICAR', 'association sans but lucratif',
      'SA NV', 'NV SA', 'SRL BV', 'BV SRL', 'SPRL BVBA', 'BVBA SPRL', 'SA de droit public', 'S.A. SICAV', 'sàrl-s', 'Ltd et Cie',
    ],
    prefixes: ['SARL', 'SASU', 'SPRL', 'EURL', 'SELARL', 'SCEA', 'EARL'],
  },
  'NL BE CW AW SR': {
    suffixes: ['BV', 'B.V.', 'NV', 'N.V.', 'VOF', 'V.O.F.', 'CV', 'C.V.', 'CVBA', 'BVBA', 'EBVBA', 'GCV', 'Comm.V', 'CommVA', 'besloten vennootschap', 'naamloze vennootschap', 'besloten vennootschap met beperkte aansprakelijkheid', 'VZW', 'IVZW', 'UA', 'U.A.', 'coöperatie U.A.', 'W.A.', 'cvba-so', 'vennootschap onder firma', 'B.V. i.o.'],
  },
  'IT SM': {
    suffixes: [
      'SpA', 'S.p.A.', 'SRL', 'S.r.l.', 'SRLS', 'S.r.l.s.', 'S.a.p.a.', 'SNC', 'S.n.c.', 'SAS', 'S.a.s.', 'S.s.', 'società per azioni', 'società a responsabilità limitata', 'società in nome collettivo', 'società in accomandita semplice', 'scarl', 's.c.a r.l.', 's.c. a r.l.', 'soc. cons. a r.l.', 'società consortile a responsabilità limitata', 'scpa', 's.c.p.a.', 'soc coop', 'soc. coop. a r.l.', 'soc. coop. p.a.', 'società cooperativa', 'società cooperativa per azioni',
      'S.r.l. unipersonale', 'S.r.l. a socio unico', 'S.p.A. a socio unico', 'società benefit', 'S.r.l. SB', 'S.p.A. SB', 'onlus', 'S.r.l. in liquidazione', 'S.p.A. in liquidazione', 'ETS',
    ],
  },
  'ES AD': {
    suffixes: [
      'SA', 'SL', 'S.L.', 'SLU', 'S.L.U.', 'SLL', 'S.L.L.', 'SLP', 'S.L.P.', 'SAU', 'S.A.U.', 'SAL', 'SLNE', 'S. Coop.', 'S. Coop. And.', 'S. Coop. Mad.', 'S.C.C.L.', 'SCCL', 'SCCLP', 'SCL', 'SOCIMI S.A.', 'S.G.I.I.C.', 'S.A. S.M.E.', 'S.A. S.M.E. M.P.',
      'sociedad anónima', 'sociedad anónima unipersonal', 'sociedad limitada', 'sociedad limitada unipersonal', 'sociedad limitada profesional', 'sociedad de responsabilidad limitada', 'sociedad cooperativa', 'comunidad de bienes', 'societat limitada', 'societat anonima',
    ],
  },
  'PT AO MZ CV GW ST TL': { suffixes: ['Lda.', 'Lda', 'Limitada', 'Unipessoal Lda.', 'sociedade unipessoal Lda.', 'unipessoal limitada', 'SGPS', 'S.A.', 'SGPS S.A.', 'E.P.E.', 'EPE', 'E.P.', 'S.U. Lda.', 'sociedade anónima', 'sociedade por quotas', 'CRL', 'C.R.L.'] },
  'SE NO DK FI IS FO GL AX': {
    suffixes: [
      'AB', 'AB (publ)', 'publ', 'ABP', 'aktiebolag', 'aktiebolaget', 'HB', 'handelsbolag', 'kommanditbolag', 'ek. för.', 'ekonomisk förening', 'ideell förening', 'enskild firma', 'bostadsrättsförening',
      'AS', 'A/S', 'ASA', 'aksjeselskap', 'allmennaksjeselskap', 'ANS', 'DA', 'SA', 'KS', 'K/S', 'NUF', 'IKS', 'ENK', 'ansvarlig selskap',
      'ApS', 'aktieselskab', 'anpartsselskab', 'I/S', 'partnerselskab', 'kommanditselskab', 'IVS', 'AMBA', 'A.M.B.A.', 'F.M.B.A.', 'S.M.B.A.', 'SMBA', 'interessentskab', 'under konkurs', 'andelsselskab',
      'Oy', 'Oyj', 'Oy Ab', 'Ab Oy', 'Oyj Abp', 'Ky', 'Kb', 'Tmi', 'osakeyhtiö', 'julkinen osakeyhtiö', 'kommandiittiyhtiö', 'avoin yhtiö', 'osuuskunta', 'ry', 'r.y.', 'rf', 'r.f.', 'hf', 'hf.', 'ehf', 'ehf.', 'ohf', 'slf', 'slhf', 'ses', 'sf', 'sf.', 'P/F', 'Sp/f', 'Smba',
    ],
    prefixes: ['A/S', 'AS', 'Oy', 'Oy Ab', 'aktiebolaget', 'aktieselskabet'],
  },
  'GR CY': {
    suffixes: ['AE', 'A.E.', 'Α.Ε.', 'ABEE', 'Α.Β.Ε.Ε.', 'AEBE', 'Α.Ε.Β.Ε.', 'AVEE', 'EPE', 'Ε.Π.Ε.', 'IKE', 'Ι.Κ.Ε.', 'OE', 'Ο.Ε.', 'Ε.Ε.', 'MIKE', 'Μ.Ι.Κ.Ε.', 'Μονοπρόσωπη Ι.Κ.Ε.', 'Μονοπρόσωπη Α.Ε.', 'Monoprosopi IKE', 'Single Member S.A.', 'Single Member P.C.', 'Ανώνυμη Εταιρεία', 'Ανώνυμος Εταιρεία', 'Anonymi Etaireia', 'Etairia Periorismenis Efthynis', 'P.C.', 'Λτδ'],
  },
};
