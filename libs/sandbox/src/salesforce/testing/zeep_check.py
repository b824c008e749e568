"""Drives the sandbox with an unmodified zeep over Salesforce's own partner WSDL and prints what it saw as one JSON object.

Arguments: WSDL file, sandbox url, username, password with security token, account id, contact id, lead ids (three).
"""
import json
import sys

from zeep import Client
from zeep.exceptions import Fault
from zeep.helpers import serialize_object

wsdl, url, username, password, account, contact, first, second, third = sys.argv[1:10]
seen = {}


def fault(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except Fault as error:
        code = error.detail.find(".//{*}exceptionCode") if error.detail is not None else None
        return [error.code, code.text if code is not None else None]
    return "nothing refused"


client = Client(wsdl)
binding = "{urn:partner.soap.sforce.com}SoapBinding"
door = client.create_service(binding, f"{url}/services/Soap/u/47.0")
seen["wrong_password"] = fault(door.login, username, "no")
signed_in = door.login(username, password)
seen["user"] = [signed_in.userInfo.userName, signed_in.userInfo.organizationMultiCurrency, signed_in.userInfo.roleId]
service = client.create_service(binding, signed_in.serverUrl)
session = {"SessionHeader": {"sessionId": signed_in.sessionId}}


def lead(lead_id, **extra):
    return {"leadId": lead_id, "convertedStatus": "Closed - Converted", "doNotCreateOpportunity": True, "overwriteLeadSource": False, "sendNotificationEmail": False, **extra}


def rows_of(answer):
    """The limit of the header where the WSDL gives it one, and the results."""
    plain = serialize_object(answer, dict)
    if isinstance(plain, list):
        return None, plain
    body = plain.get("body", plain)
    return plain.get("header"), body["result"] if isinstance(body, dict) else body


answer = service.convertLead(
    leadConverts=[lead(first, accountId=account), lead(second, accountId=account, contactId=contact), lead(third, accountId=account, convertedStatus="No such")],
    _soapheaders={**session, "DuplicateRuleHeader": {"allowSave": False, "includeRecordDetails": False, "runAsCurrentUser": True}},
)
limits, rows = rows_of(answer)
seen["limit_info"] = limits
seen["success"] = [r["success"] for r in rows]
seen["accounts"] = [r["accountId"] for r in rows]
seen["merged"] = rows[1]["contactId"]
seen["opportunities"] = [r["opportunityId"] for r in rows]
seen["errors"] = [[e["statusCode"], e["message"]] for e in rows[2]["errors"]]
seen["again"] = rows_of(service.convertLead(leadConverts=[lead(first, accountId=account)], _soapheaders=session))[1][0]["errors"][0]["statusCode"]
seen["too_many"] = fault(service.convertLead, leadConverts=[lead(first)] * 101, _soapheaders=session)
seen["no_session"] = fault(service.convertLead, leadConverts=[lead(first)], _soapheaders={"SessionHeader": {"sessionId": "gone"}})
service.logout(_soapheaders=session)
seen["after_logout"] = fault(service.convertLead, leadConverts=[lead(first)], _soapheaders=session)
print(json.dumps(seen))
