"""Drives the sandbox with Microsoft's unmodified Dataverse client and azure-identity, and prints what it saw as one JSON object.

Arguments: address, tenant id, client id, client secret. The sandbox's certificate is trusted through REQUESTS_CA_BUNDLE.
"""
import json
import sys

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError

address, tenant, client_id, secret = sys.argv[1:5]
seen = {}


def credential(given):
    return ClientSecretCredential(tenant, client_id, given, authority=address, disable_instance_discovery=True)


def refusal(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except HttpError as error:
        details = error.details or {}
        return [error.status_code, details.get("service_error_code")]
    return "nothing refused"


try:
    credential("wrong").get_token(f"{address}/.default")
    seen["wrong_secret"] = "signed in"
except ClientAuthenticationError as error:
    seen["wrong_secret"] = "AADSTS7000215" in str(error)

client = DataverseClient(address, credential(secret))
records = client.records

one = records.create("account", {"name": "Python Ltd", "industrycode": "Consulting", "numberofemployees": 7})
row = records.retrieve("account", one, select=["name", "industrycode", "numberofemployees"], include_annotations="*")
seen["read"] = [row["name"], row["industrycode"], row["industrycode@OData.Community.Display.V1.FormattedValue"], row["numberofemployees"]]
records.update("account", one, {"name": "Python Limited", "websiteurl": None})

many = records.create("account", [{"name": f"Row {i:04}", "signalbox_id": f"py-{i}"} for i in range(1200)])
seen["created_many"] = len(set(many))
records.update("account", many[:3], {"fax": "1"})
records.update("account", many[:2], [{"fax": "2"}, {"fax": "3"}])
seen["faxes"] = [r["fax"] for r in records.list("account", filter="fax ne null", select=["fax"], orderby=["fax desc"])]
pages = list(records.list_pages("account", select=["name"], filter="startswith(name,'Row')", orderby=["name"], page_size=500))
seen["pages"] = [len(list(page)) for page in pages]
seen["top"] = [r["name"] for r in records.list("account", select=["name"], filter="startswith(name,'Row')", orderby=["name desc"], top=2)]

contact = records.create("contact", {"lastname": "L", "firstname": "Ada", "parentcustomerid_account@odata.bind": f"/accounts({one})"})
expanded = records.retrieve("contact", contact, select=["fullname"], expand=["parentcustomerid_account($select=name)"])
seen["expanded"] = [expanded["fullname"], expanded["parentcustomerid_account"]["name"]]

from PowerPlatform.Dataverse.models.upsert import UpsertItem  # noqa: E402

records.upsert("account", [UpsertItem(alternate_key={"signalbox_id": "py-0"}, record={"name": "Upserted"})])
records.upsert("account", [UpsertItem(alternate_key={"signalbox_id": k}, record={"name": f"New {k}"}) for k in ("py-1", "new-1")])
seen["upserted"] = sorted(r["name"] for r in records.list("account", select=["name"], filter="name eq 'Upserted' or startswith(name,'New')"))

batch = client.batch.new()
batch.records.create("account", {"name": "In a batch"})
batch.records.create("account", {"name": "x" * 200})
batch.records.retrieve("account", one, select=["name"])
with batch.changeset() as changes:
    ref = changes.records.create("account", {"name": "Made first"})
    changes.records.create("contact", {"lastname": "Follows", "parentcustomerid_account@odata.bind": ref})
result = batch.execute(continue_on_error=True)
seen["batch"] = [item.status_code for item in result.responses]
seen["batch_error"] = [item.error_code for item in result.failed]

table = client.tables.get("account")
seen["table"] = [table["entity_set_name"], table["table_logical_name"]]
seen["columns"] = sorted(c["LogicalName"] for c in client.tables.list_columns("account", select=["LogicalName"]))[:3]
seen["keys"] = [[key.schema_name, key.key_attributes] for key in client.tables.get_alternate_keys("account")]

seen["missing"] = records.retrieve("account", "00000000-0000-0000-0000-00000000abcd")
seen["unknown_column"] = refusal(records.create, "account", {"nothing": 1})
seen["taken_key"] = refusal(records.create, "account", {"name": "Twice", "signalbox_id": "py-2"})
seen["bad_filter"] = refusal(lambda: list(records.list("account", filter="name eq")))
records.delete("account", one)
seen["deleted"] = records.retrieve("account", one)
print(json.dumps(seen))
