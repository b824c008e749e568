"""Drives the sandbox with an unmodified simple-salesforce and prints what it saw as one JSON object.

Arguments: proxy url, username, password, security token, client id, client secret. The sandbox's certificate is
trusted through REQUESTS_CA_BUNDLE; the proxy leads the vendor's host names to the sandbox.
"""
import json
import sys
from datetime import datetime, timedelta, timezone

from simple_salesforce import Salesforce, exceptions

proxy, username, password, token, client_id, client_secret = sys.argv[1:7]
proxies = {"https": proxy}
seen = {}


def refusal(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except exceptions.SalesforceError as error:
        return type(error).__name__
    return "nothing refused"


sf = Salesforce(username=username, password=password, security_token=token, proxies=proxies)
oauth = Salesforce(consumer_key=client_id, consumer_secret=client_secret, domain="signalbox.my", proxies=proxies)
seen["oauth_sees_users"] = oauth.query("SELECT Id FROM User")["totalSize"]
flow = Salesforce(username=username, password=password, consumer_key=client_id, consumer_secret=client_secret, proxies=proxies)
seen["password_flow_sees_users"] = flow.query("SELECT Id FROM User")["totalSize"]
seen["wrong_password"] = refusal(Salesforce, username=username, password="no", security_token="", proxies=proxies)

made = sf.Account.create({"Name": "Python Ltd", "Website": "python.example", "NumberOfEmployees": 7})
seen["created"] = made["success"]
account = sf.Account.get(made["id"])
seen["read"] = [account["Name"], account["NumberOfEmployees"], account["IsDeleted"]]
seen["updated_status"] = sf.Account.update(made["id"], {"Name": "Python Limited"})
seen["upsert_created_status"] = sf.Account.upsert("Signalbox_Id__c/py-1", {"Name": "Upserted"})
seen["upsert_updated_status"] = sf.Account.upsert("Signalbox_Id__c/py-1", {"Name": "Upserted again"})
seen["by_custom_id"] = sf.Account.get_by_custom_id("Signalbox_Id__c", "py-1")["Name"]
seen["deleted_status"] = sf.Account.delete(made["id"])

rows = [{"attributes": {"type": "Lead"}, "LastName": f"Lead {i}", "Company": "Batch"} for i in range(200)]
for _ in range(11):
    answer = sf.restful("composite/sobjects", method="POST", data=json.dumps({"allOrNone": False, "records": rows}))
    assert all(row["success"] for row in answer)
seen["query_all"] = len(sf.query_all("SELECT Id, LastName FROM Lead")["records"])
seen["query_iter"] = sum(1 for _ in sf.query_all_iter("SELECT Id FROM Lead"))
seen["with_deleted"] = sf.query_all("SELECT Id FROM Account WHERE IsDeleted = true", include_deleted=True)["totalSize"]
seen["api_usage_seen"] = sf.api_usage["api-usage"].total if sf.api_usage else None

fields = {field["name"]: field for field in sf.Account.describe()["fields"]}
seen["external_id"] = fields["Signalbox_Id__c"]["externalId"]
seen["objects"] = sorted(o["name"] for o in sf.describe()["sobjects"])
seen["daily_max"] = sf.limits()["DailyApiRequests"]["Max"]
now = datetime.now(timezone.utc)
seen["updated_ids"] = len(sf.Account.updated(now - timedelta(minutes=5), now + timedelta(minutes=5))["ids"])
seen["deleted_records"] = len(sf.Account.deleted(now - timedelta(minutes=5), now + timedelta(minutes=5))["deletedRecords"])
seen["search"] = len(sf.quick_search("Upserted")["searchRecords"])

seen["malformed"] = refusal(sf.query, "SELEC Id FROM Account")
seen["missing"] = refusal(sf.Account.get, "001000000000001AAA")
seen["bad_request"] = refusal(sf.Account.create, {"Website": "x"})
sf.restful("limits")
expired = Salesforce(session_id="00D!nobody", instance=sf.sf_instance, proxies=proxies)
seen["expired"] = refusal(expired.query, "SELECT Id FROM Account")
print(json.dumps(seen))
