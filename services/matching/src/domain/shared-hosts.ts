/**
 * Hosts that say nothing about which company it is: social pages, site builders, shops, code hosts, maps, free mail.
 * Builders that give each customer a subdomain (github.io, wixsite.com) are in the private section of the public
 * suffix list, where the subdomain is the registrable domain; only their bare hosts stand here.
 */
const BY_DOMAIN = [
  // social and directories
  'linkedin.com', 'facebook.com', 'fb.com', 'fb.me', 'twitter.com', 'x.com', 'instagram.com', 'youtube.com', 'youtu.be', 'tiktok.com', 'pinterest.com', 'xing.com', 'vk.com', 'ok.ru', 'weibo.com', 'line.me', 'kakao.com', 't.me', 'wa.me',
  'whatsapp.com', 'reddit.com', 'tumblr.com', 'threads.net', 'researchgate.net', 'crunchbase.com', 'bloomberg.com', 'glassdoor.com', 'indeed.com', 'yelp.com', 'tripadvisor.com', 'wikipedia.org', 'wikidata.org', 'zoominfo.com', 'dnb.com',
  'opencorporates.com', 'about.me', 'linktr.ee', 'bit.ly', 'tinyurl.com', 'goo.gl', 'yellowpages.com', 'trustpilot.com', 'angel.co', 'wellfound.com', 'medium.com', 'substack.com', 'issuu.com', 'slideshare.net', 'vimeo.com',
  // builders, shops, code and file hosts
  'wix.com', 'wixsite.com', 'weebly.com', 'squarespace.com', 'wordpress.com', 'blogspot.com', 'blogger.com', 'github.com', 'github.io', 'gitlab.com', 'gitlab.io', 'bitbucket.org', 'sourceforge.net', 'webflow.io', 'webnode.com', 'jimdo.com',
  'jimdofree.com', 'godaddysites.com', 'business.site', 'strikingly.com', 'carrd.co', 'tilda.ws', 'notion.site', 'notion.so', 'shopify.com', 'myshopify.com', 'etsy.com', 'ebay.com', 'amazonaws.com', 'herokuapp.com',
  'netlify.app', 'vercel.app', 'firebaseapp.com', 'web.app', 'azurewebsites.net', 'cloudfront.net', 'pages.dev', 'workers.dev', 'tripod.com', 'angelfire.com', 'geocities.com', 'yolasite.com', 'eventbrite.com', 'meetup.com',
  'mailchimp.com', 'hubspot.com', 'salesforce-sites.com', 'sharepoint.com', 'dropbox.com', 'archive.org', 'wildapricot.org', 'naver.me',
  // free mail
  'gmail.com', 'googlemail.com', 'hotmail.com', 'outlook.com', 'live.com', 'msn.com', 'yahoo.com', 'yahoo.co.jp', 'yahoo.co.uk', 'yahoo.fr', 'ymail.com', 'aol.com', 'icloud.com', 'me.com', 'mac.com', 'gmx.de', 'gmx.net', 'gmx.com', 'web.de',
  't-online.de', 'freenet.de', 'proton.me', 'protonmail.com', 'mail.ru', 'yandex.ru', 'yandex.com', 'qq.com', '163.com', '126.com', 'sina.com', 'sohu.com', 'naver.com', 'daum.net', 'hanmail.net', 'orange.fr', 'free.fr', 'laposte.net', 'libero.it',
  'zoho.com', 'rediffmail.com', 'uol.com.br', 'bol.com.br', 'terra.com.br', 'hotmail.co.uk', 'btinternet.com', 'comcast.net', 'verizon.net', 'att.net', 'sbcglobal.net',
  // placeholders
  'example.com', 'example.org', 'example.net', 'test.com', 'domain.com', 'none.com', 'na.com', 'unknown.com', 'noemail.com', 'localhost.com',
];
/** Only these hosts of a domain that is otherwise a company's own. */
const BY_HOST = ['sites.google.com', 'docs.google.com', 'drive.google.com', 'maps.google.com', 'maps.app.goo.gl', 'goo.gl', 'plus.google.com', 'groups.google.com', 'g.page', 'maps.apple.com', 'forms.office.com', 'baike.baidu.com', 'blog.naver.com', 'cafe.naver.com', 'mp.weixin.qq.com', 'play.google.com', 'apps.apple.com', 'itunes.apple.com'];

const DOMAINS = new Set(BY_DOMAIN);
const HOSTS = new Set(BY_HOST);

/** True when many unrelated companies have their page there. `domain` is the registrable domain of `host`. */
export function isSharedHost(host: string, domain: string): boolean {
  return DOMAINS.has(domain) || HOSTS.has(host);
}
