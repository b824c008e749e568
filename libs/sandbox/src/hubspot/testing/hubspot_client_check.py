"""Drives the sandbox with HubSpot's own Python client, unmodified, over TLS, and prints what it saw as one JSON object.

Arguments: address, access token, client id, client secret, refresh token, file with the sandbox's certificate.
"""
import json
import sys

from hubspot import HubSpot
from hubspot.crm.associations.v4 import BatchInputPublicAssociationMultiPost
from hubspot.crm.companies import (
    ApiException, BatchInputSimplePublicObjectBatchInput, BatchInputSimplePublicObjectBatchInputUpsert, BatchInputSimplePublicObjectId, BatchReadInputSimplePublicObjectId,
    PublicObjectSearchRequest, SimplePublicObjectInput, SimplePublicObjectInputForCreate,
)
from hubspot.crm.contacts import SimplePublicObjectInputForCreate as NewContact
from hubspot.crm.contacts.exceptions import ApiException as ContactException
from hubspot.crm.lists import ListCreateRequest, MembershipChangeRequest
from hubspot.crm.lists.exceptions import ApiException as ListException
from hubspot.crm.properties import PropertyCreate

address, token, client_id, client_secret, refresh_token, certificate = sys.argv[1:7]
seen = {}


def client(access_token=None):
    return HubSpot(access_token=access_token, host=address, ssl_ca_cert=certificate)


def refusal(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return [error.status, json.loads(error.body)["category"]]
    return "nothing refused"


hs = client(token)
companies = hs.crm.companies
made = companies.basic_api.create(simple_public_object_input_for_create=SimplePublicObjectInputForCreate(properties={"name": "Python Ltd", "domain": "python.example"}, associations=[]))
read = companies.basic_api.get_by_id(made.id, properties=["name", "city"])
seen["read"] = [read.properties["name"], read.properties["city"], read.archived]
companies.basic_api.update(made.id, simple_public_object_input=SimplePublicObjectInput(properties={"city": "Ulm"}))
seen["updated"] = companies.basic_api.get_by_id(made.id, properties=["city"]).properties["city"]
seen["refused"] = refusal(ApiException, companies.basic_api.update, made.id, simple_public_object_input=SimplePublicObjectInput(properties={"no_such": "1"}))
seen["wrong_token"] = refusal(ApiException, client("wrong").crm.companies.basic_api.get_page)


def upserts(count, bad=None):
    return BatchInputSimplePublicObjectBatchInputUpsert(inputs=[
        {"id": f"py-{i}", "idProperty": "signalbox_id", "objectWriteTraceId": f"t{i}", "properties": {"name": f"Company {i}", "numberofemployees": "many" if i == bad else str(i)}} for i in range(count)
    ])


seen["upserted"] = [sum(r.new for r in companies.batch_api.upsert(upserts(100)).results), sum(r.new for r in companies.batch_api.upsert(upserts(100)).results)]
partly = companies.batch_api.upsert(upserts(5, bad=2))
seen["partly"] = [len(partly.results), partly.num_errors, partly.errors[0].context["objectWriteTraceId"]]
seen["too_many"] = refusal(ApiException, companies.batch_api.upsert, upserts(101))
found = companies.batch_api.read(BatchReadInputSimplePublicObjectId(id_property="signalbox_id", inputs=[{"id": "py-1"}, {"id": "py-none"}], properties=["name"], properties_with_history=[]))
seen["read_by_key"] = [[r.properties["name"] for r in found.results], found.num_errors, found.errors[0].context["ids"]]
ids = [c.id for c in companies.get_all()]
seen["all"] = len(ids)
updated = companies.batch_api.update(BatchInputSimplePublicObjectBatchInput(inputs=[{"id": i, "properties": {"country": "Germany"}} for i in ids[:100]]))
seen["batch_updated"] = len(updated.results)
search = companies.search_api.do_search(PublicObjectSearchRequest(filter_groups=[{"filters": [{"propertyName": "country", "operator": "EQ", "value": "germany"}]}], sorts=["name"], properties=["name"], limit=30))
seen["searched"] = [search.total, len(search.results), search.paging.next.after]
companies.batch_api.archive(BatchInputSimplePublicObjectId(inputs=[{"id": made.id}]))
seen["archived"] = [c.id == made.id for c in companies.get_all(archived=True)]
seen["gone"] = refusal(ApiException, companies.basic_api.get_by_id, made.id)

contact = hs.crm.contacts.basic_api.create(simple_public_object_input_for_create=NewContact(properties={"email": "Ada@Example.com"}, associations=[]))
seen["contact_twice"] = refusal(ContactException, hs.crm.contacts.basic_api.create, simple_public_object_input_for_create=NewContact(properties={"email": "ada@example.com"}, associations=[]))
hs.crm.associations.v4.batch_api.create("contacts", "companies", batch_input_public_association_multi_post=BatchInputPublicAssociationMultiPost(inputs=[
    {"from": {"id": contact.id}, "to": {"id": ids[1]}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]}]))
seen["associated"] = [str(a.to_object_id) == str(contact.id) for a in hs.crm.associations.v4.basic_api.get_page("companies", ids[1], "contacts").results]

stages = {s.id: s.metadata["isClosed"] for s in hs.crm.pipelines.pipelines_api.get_all("deals").results[0].stages}
seen["stages"] = [stages["closedwon"], stages["closedlost"], stages["contractsent"]]
properties = {p.name: p for p in hs.crm.properties.core_api.get_all("companies").results}
seen["unique"] = [properties["signalbox_id"].has_unique_value, properties["name"].has_unique_value]
hs.crm.properties.core_api.create("companies", property_create=PropertyCreate(name="tier", label="Tier", type="enumeration", field_type="select", group_name="companyinformation", options=[{"label": "A", "value": "A", "displayOrder": 0, "hidden": False}]))
seen["property"] = [o.value for o in hs.crm.properties.core_api.get_by_name("companies", "tier").options]
seen["owners"] = len(hs.crm.owners.owners_api.get_page().results)

lists = hs.crm.lists
one = lists.lists_api.create(ListCreateRequest(name="Big ones", object_type_id="0-2", processing_type="MANUAL")).list
seen["list_twice"] = refusal(ListException, lists.lists_api.create, ListCreateRequest(name="Big ones", object_type_id="0-2", processing_type="MANUAL"))
changed = lists.memberships_api.add_and_remove(one.list_id, MembershipChangeRequest(record_ids_to_add=ids[1:51] + ["1"], record_ids_to_remove=[]))
seen["members"] = [len(changed.records_ids_added), changed.record_ids_missing, lists.memberships_api.get_page(one.list_id, limit=250).total]
seen["list_by_name"] = lists.lists_api.get_by_name(list_name="Big ones", object_type_id="0-2").list.list_id == one.list_id

tokens = client().oauth.tokens_api.create(grant_type="refresh_token", client_id=client_id, client_secret=client_secret, refresh_token=refresh_token)
seen["oauth"] = [tokens.expires_in, len(client(tokens.access_token).crm.companies.basic_api.get_page(limit=5).results)]
print(json.dumps(seen))
