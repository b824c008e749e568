"""Drives the sandbox's Bulk API 2.0 with an unmodified simple-salesforce and prints what it saw as one JSON object.

Arguments: proxy url, username, password, security token. The certificate and the proxy are those of simple_salesforce_check.py.
"""
import csv
import json
import sys

from simple_salesforce import Salesforce

proxy, username, password, token = sys.argv[1:5]
sf = Salesforce(username=username, password=password, security_token=token, proxies={"https": proxy}, version="60.0")
seen = {}

made = sf.bulk2.Contact.insert(records=[{"LastName": f"Person {i}"} for i in range(2500)] + [{"LastName": ""}], wait=0.05)[0]
seen["inserted"] = [made["numberRecordsProcessed"], made["numberRecordsFailed"], made["numberRecordsTotal"]]
seen["failed"] = [row["sf__Error"] for row in csv.DictReader(sf.bulk2.Contact.get_failed_records(made["job_id"]).splitlines())]
ids = [row["sf__Id"] for row in csv.DictReader(sf.bulk2.Contact.get_successful_records(made["job_id"]).splitlines())]
seen["succeeded"] = len(set(ids))
results = sf.bulk2.Contact.get_all_ingest_records(made["job_id"])
seen["all"] = [len(results["successfulRecords"]), len(results["failedRecords"]), len(results["unprocessedRecords"])]

updated = sf.bulk2.Contact.update(records=[{"Id": one, "Title": "Dr, \"med\""} for one in ids[:10]], wait=0.05)[0]
seen["updated"] = [updated["numberRecordsProcessed"], updated["numberRecordsFailed"]]
upserted = sf.bulk2.Account.upsert(records=[{"Signalbox_Id__c": "b1", "Name": "By key"}], external_id_field="Signalbox_Id__c", wait=0.05)[0]
seen["upserted"] = [upserted["numberRecordsProcessed"], upserted["numberRecordsFailed"]]

pages = list(sf.bulk2.Contact.query("SELECT Id, Title FROM Contact ORDER BY Id", max_records=1000, wait=0.05))
seen["pages"] = [len(list(csv.DictReader(page.splitlines()))) for page in pages]
seen["titled"] = sum(1 for page in pages for row in csv.DictReader(page.splitlines()) if row["Title"] == 'Dr, "med"')
print(json.dumps(seen))
