import type { LegalFormTable } from './table.ts';

/**
 * Legal forms of Asia and the Pacific that are written apart from the name. Sources: ISO 20275 ELF code list (GLEIF, CC0);
 * the companies acts of Japan (会社法), China (公司法), Korea (상법), Taiwan (公司法), India (2013), Pakistan (2017), Malaysia
 * (2016), Singapore, Thailand (Civil and Commercial Code, Public Limited Companies Act), Vietnam (Luật Doanh nghiệp),
 * Indonesia (UU 40/2007), the Philippines (RA 11232), Australia (Corporations Act) and New Zealand.
 */
export const ASIAN_FORMS: LegalFormTable = {
  'JP': {
    suffixes: ['KK', 'K.K.', 'GK', 'G.K.', 'YK', 'Y.K.', 'kabushiki kaisha', 'kabushiki gaisha', 'kabushikigaisha', 'kabushikikaisha', 'godo kaisha', 'godo gaisha', 'yugen kaisha', 'yugen gaisha', 'goshi kaisha', 'gomei kaisha', 'tokutei mokuteki kaisha', 'ippan shadan hojin', 'TMK', 'Co Ltd', 'Company Limited', 'Corp Ltd', 'Inc Ltd'],
    prefixes: ['KK', 'kabushiki kaisha', 'kabushiki gaisha', 'godo kaisha', 'yugen kaisha'],
  },
  'CN HK TW MO': {
    suffixes: [
      'Co Ltd', 'Co., Limited', 'CoLtd', 'Company Ltd', 'Ltd Co', 'Limited Co', 'Limited Company', 'Ltd Corp', 'Corp Ltd', 'JSC', 'Ltd Liability Co', 'Share Ltd', 'Shares Co Ltd', 'youxian gongsi', 'gufen youxian gongsi', 'youxian zeren gongsi', 'youxiangongsi', 'gufenyouxiangongsi', 'gufen gongsi', 'joint stock limited company', 'joint stock limited co', 'Stock Co Ltd', 'WFOE', 'Limitada', 'Lda', 'joint stock ltd', 'joint stock co ltd', 'joint stock company limited', 'joint stock company ltd', 'joint stock',
    ],
  },
  'KR KP': { suffixes: ['Co Ltd', 'Inc', 'Corp', 'jusik hoesa', 'chusik hoesa', 'jusikhoesa', 'yuhan hoesa', 'yuhanhoesa'], prefixes: ['jusik hoesa', 'chusik hoesa', 'jusikhoesa'] },
  'IN PK BD LK NP MV BT': {
    suffixes: ['Pvt', 'Pvt Ltd', 'Private Ltd', 'Private Limited', 'Pvt Limited', '(P) Ltd', '(P) Limited', 'Private', 'OPC', 'OPC Pvt Ltd', '(OPC) Private Limited', 'LLP', 'P Ltd', '(Guarantee) Limited', 'SMC Pvt Ltd', '(SMC-Private) Limited', 'PLC', 'Pvt Co', 'Ltd Liability Partnership', 'Pty', 'प्राइवेट लिमिटेड', 'लिमिटेड', 'लि.', 'প্রাইভেট লিমিটেড', 'লিমিটেড'],
  },
  'MY SG BN': { suffixes: ['Bhd', 'Berhad', 'Sdn', 'Sdn Bhd', 'Sdn. Bhd.', 'Sendirian Berhad', 'PLT', 'perkongsian liabiliti terhad', 'Pte', 'Pte Ltd', 'Pte. Limited', 'Private Limited', 'LLP', 'Tbk'] },
  'ID': { suffixes: ['Tbk', 'Persero', '(Persero) Tbk', 'Tbk PT', 'PT', 'CV', 'perseroan terbatas', 'Perum', 'Perseroda', '(Perseroda)'], prefixes: ['PT', 'P.T.', 'CV', 'UD', 'Perum', 'Perusahaan Umum', 'perseroan terbatas', 'firma'] },
  'TH LA KH MM': {
    suffixes: ['PCL', 'P.C.L.', 'Public Company Limited', 'Public Co Limited', 'Public Co Ltd', 'Public Company Ltd', 'Public Co', 'Public Company', 'Pub Co', 'Pub Co Ltd', 'Co Ltd', 'Ltd Part', 'Ltd Partnership', 'Sole Co Ltd', 'Plc', 'chamkat', 'chamkat mahachon', 'ຈຳກັດ'],
    prefixes: ['borisat'],
  },
  'VN': {
    suffixes: ['JSC', 'Joint Stock Company', 'Joint Stock Co', 'JS Co', 'Corp JSC', 'JK', 'TNHH', 'TNHH MTV', 'CTCP', 'Co Ltd', 'One Member Co Ltd', 'One Member Limited Liability Company', 'One Member LLC', 'Single-Member LLC', 'công ty cổ phần', 'công ty TNHH'],
    prefixes: ['công ty cổ phần', 'công ty TNHH', 'công ty TNHH MTV', 'công ty TNHH một thành viên', 'công ty trách nhiệm hữu hạn', 'CTCP', 'Cty TNHH', 'Cty CP', 'doanh nghiệp tư nhân', 'DNTN', 'tổng công ty', 'công ty'],
  },
  'PH': { suffixes: ['Inc', 'Corp', 'OPC', 'Incorporated'], },
  'AU NZ PG FJ WS': { suffixes: ['Pty', 'Pty Ltd', 'Pty. Limited', 'Proprietary', 'Proprietary Limited', 'Ltd', 'Limited', 'NL', 'No Liability', 'Ltd (NZ)', 'Tapui Limited', 'Inc', 'Incorporated', 'Pty Ltd ACN', 'Pte Ltd', 'Tapui'] },
  'MN': { suffixes: ['ХХК', 'ХК', 'ТӨХК', 'LLC', 'XXK', 'JSC'] },
};
