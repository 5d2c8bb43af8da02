#!/usr/bin/env bats
# order-receive --map: what each built-in map makes of its layout

load ../helper

sql() {
	sqlite3 orders.db "$1"
}

# order N COLUMN...: what order N has in these columns of v_orders, with |
order() {
	n=$1
	shift
	sql "SELECT $(IFS=,; echo "$*") FROM v_orders WHERE id = $n"
}

# All lines: 1: BOX 2x0.5=1.00 Folding box
lines() {
	sql "SELECT o.id || ': ' || l.sku || ' ' || l.quantity || 'x' || l.unit_price ||
		'=' || l.amount || ' ' || coalesce(l.description, '') FROM v_lines AS l
		JOIN v_orders AS o ON o.ref = l.ref ORDER BY o.id, l.line"
}

# csv HEADER NAME=VALUE;NAME=VALUE...: rows of a wide table, cells by name
csv() {
	python3 - "$@" <<-'END'
	import csv, sys
	names = sys.argv[1].split(sys.argv[2])
	out = csv.writer(sys.stdout, delimiter=sys.argv[2], lineterminator="\n")
	out.writerow(names)
	for row in sys.argv[3:]:
	    cells = dict(c.split("=", 1) for c in row.split(";;"))
	    assert not cells.keys() - set(names), cells.keys() - set(names)
	    out.writerow([cells.get(n, "") for n in names])
	END
}

# in_with MAP FILE: all of it goes in; what is told is in $stderr
in_with() {
	run --separate-stderr order-receive -v -o csv --map "$@"
	[ "$status" -eq 0 ]
}

ADDRESS=bill_name,bill_line1,bill_line2,bill_city,bill_region,bill_postcode,bill_country
SHIP=ship_name,ship_line1,ship_line2,ship_city,ship_region,ship_postcode,ship_country
MONEY=payment_method,currency,discount_minor,shipping_minor,tax_minor,total

SHOPIFY='Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Phone,Id'

@test "shopify: continued rows, paid or not, codes with an apostrophe" {
	csv "$SHOPIFY" , \
		"Name=#7001;;Email=ada@fern.example;;Financial Status=paid;;Currency=EUR;;Shipping=4.90;;Taxes=0.00;;Total=41.90;;Discount Amount=2.00;;Created at=2026-11-21 18:40:02 +0100;;Lineitem quantity=2;;Lineitem name=Fern pot;;Lineitem price=19.00;;Lineitem sku=POT-1;;Billing Name=Ada Fern;;Billing Street=Hill 1;;Billing City=Bonn;;Billing Zip='01234;;Billing Country=DE;;Billing Phone='+49 228 555;;Shipping Name=Ada Fern;;Shipping Address1=Dale 2;;Shipping Address2=Gate B;;Shipping Company=Fern Ltd;;Shipping City=Ulm;;Shipping Zip='09999;;Shipping Country=DE;;Notes=Ring twice" \
		"Name=#7001;;Created at=2026-11-21 18:40:02 +0100;;Lineitem quantity=1;;Lineitem name=Gift wrap;;Lineitem price=1.00" \
		"Name=#7002;;Financial Status=pending;;Currency=EUR;;Total=1.00;;Created at=2026-11-22 09:05:11 +0000;;Lineitem quantity=1;;Lineitem name=Seed;;Lineitem price=1.00;;Lineitem sku=S" >o.csv
	in_with shopify o.csv
	[ "$(order 1 channel,external_ref,received_at,email,phone,customer_name,instructions)" = \
		'portal|#7001|2026-11-21T17:40:02Z|ada@fern.example|+49 228 555|Ada Fern|Ring twice' ]
	[ "$(order 1 "$ADDRESS")" = 'Ada Fern|Hill 1||Bonn||01234|DE' ]
	[ "$(order 1 "$SHIP")" = 'Ada Fern|Dale 2|Gate B, Fern Ltd|Ulm||09999|DE' ]
	[ "$(order 1 "$MONEY")" = 'prepaid|EUR|200|490|0|41.90' ]
	[ "$(order 2 payment_method,total)" = '|1.00' ]
	[ "$(lines)" = $'1: POT-1 2x19.00=38.00 Fern pot\n1: Gift wrap 1x1.00=1.00 Gift wrap\n2: S 1x1.00=1.00 Seed' ]
	[[ $stderr = *'3 rows: 2 orders in, 3 lines;'* ]]
}

@test "woocommerce: prices of whole lines, payments by their names" {
	csv 'order_number,order_date,status,payment_method,order_currency,shipping_total,tax_total,discount_total,order_total,customer_email,customer_note,billing_first_name,billing_last_name,billing_company,billing_address_1,billing_address_2,billing_city,billing_state,billing_postcode,billing_country,billing_phone,shipping_first_name,shipping_last_name,shipping_company,shipping_address_1,shipping_address_2,shipping_city,shipping_state,shipping_postcode,shipping_country,product_name,sku,quantity,item_total' , \
		'order_number=501;;order_date=2026-11-20 10:11:12;;payment_method=bacs;;order_currency=USD;;shipping_total=5;;tax_total=1.50;;discount_total=0;;order_total=26.50;;customer_email=ben@oak.example;;customer_note=By noon;;billing_first_name=Ben;;billing_last_name=Oak;;billing_address_1=1 Elm;;billing_city=Salem;;billing_state=OR;;billing_postcode=97301;;billing_country=US;;billing_phone=555 0101;;shipping_first_name=Ann;;shipping_last_name=Oak;;shipping_address_1=2 Elm;;shipping_city=Salem;;shipping_state=OR;;shipping_postcode=97302;;shipping_country=US;;product_name=Lamp;;sku=LAMP;;quantity=3;;item_total=10.00' \
		'order_number=501;;order_date=2026-11-20 10:11:12;;payment_method=bacs;;order_currency=USD;;customer_email=ben@oak.example;;billing_first_name=Ben;;billing_last_name=Oak;;product_name=Bulb;;quantity=2;;item_total=10' \
		'order_number=502;;order_date=2026-11-20 10:11;;payment_method=stripe;;order_currency=USD;;billing_company=Oak Inc;;billing_first_name=B;;product_name=Bulb;;sku=B;;quantity=1;;item_total=5' >o.csv
	in_with woocommerce o.csv
	[ "$(order 1 external_ref,received_at,email,phone,customer_name,instructions)" = \
		'501|2026-11-20T10:11:12Z|ben@oak.example|555 0101|Ben Oak|By noon' ]
	[ "$(order 1 "$ADDRESS")" = 'Ben Oak|1 Elm||Salem|OR|97301|US' ]
	[ "$(order 1 "$SHIP")" = 'Ann Oak|2 Elm||Salem|OR|97302|US' ]
	[ "$(order 1 "$MONEY")" = 'transfer|USD|0|500|150|26.50' ]
	[ "$(order 2 customer_name,payment_method,received_at)" = 'Oak Inc|prepaid|2026-11-20T10:11:00Z' ]
	[ "$(lines)" = $'1: LAMP 3x3.333333=10.00 Lamp\n1: Bulb 2x5.00=10.00 Bulb\n2: B 1x5.00=5.00 Bulb' ]
}

@test "amazon-all: cancelled orders and items of no quantity are skipped" {
	csv $'amazon-order-id\tpurchase-date\torder-status\titem-status\tproduct-name\tsku\tquantity\tcurrency\titem-price\tship-city\tship-state\tship-postal-code\tship-country' $'\t' \
		'amazon-order-id=111-1;;purchase-date=2026-11-20T08:04:21+01:00;;order-status=Shipped;;item-status=Shipped;;product-name=Mug, blue;;sku=MUG;;quantity=2;;currency=EUR;;item-price=17.90;;ship-city=Lyon;;ship-postal-code=69001;;ship-country=FR' \
		'amazon-order-id=111-1;;purchase-date=2026-11-20T08:04:21+01:00;;order-status=Shipped;;item-status=Cancelled;;product-name=Lid;;sku=LID;;quantity=1;;currency=EUR;;ship-city=Lyon;;ship-postal-code=69001;;ship-country=FR' \
		'amazon-order-id=111-2;;purchase-date=2026-11-20T08:04:21+01:00;;order-status=Cancelled;;product-name=Lid;;sku=LID;;quantity=0;;currency=EUR' \
		'amazon-order-id=111-3;;purchase-date=2026-11-21T00:30:00+01:00;;order-status=Pending;;product-name=Lid;;sku=LID;;quantity=1;;currency=EUR;;item-price=3' >o.tsv
	in_with amazon-all o.tsv
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = 111-1,111-3 ]
	[ "$(order 1 channel,received_at,ship_city,ship_postcode,ship_country,payment_method,currency)" = \
		'portal|2026-11-20T07:04:21Z|Lyon|69001|FR|prepaid|EUR' ]
	[ "$(order 2 received_at)" = 2026-11-20T23:30:00Z ]
	[ "$(lines)" = $'1: MUG 2x8.95=17.90 Mug, blue\n2: LID 1x3.00=3.00 Lid' ]
	[[ $stderr = *'1 row skipped: order-status is "Cancelled"'*'1 row skipped: item-status is "Cancelled"'* ]]
	[[ $stderr = *'4 rows: 2 orders in, 2 lines; 1 row skipped;'* ]]
}

@test "amazon-unshipped: who buys and who receives" {
	csv $'order-id\tpurchase-date\tbuyer-email\tbuyer-name\tbuyer-phone-number\tsku\tproduct-name\tquantity-purchased\tcurrency\titem-price\trecipient-name\tship-address-1\tship-address-2\tship-address-3\tship-city\tship-state\tship-postal-code\tship-country\tship-phone-number\tdelivery-Instructions' $'\t' \
		'order-id=222-1;;purchase-date=2026-11-20T10:50:49-08:00;;buyer-email=cy@birch.example;;buyer-name=Cy Birch;;sku=PEN;;product-name=Pen;;quantity-purchased=4;;currency=USD;;item-price=5.00;;recipient-name=Di Birch;;ship-address-1=9 Bay;;ship-address-3=Dock 4;;ship-city=Reno;;ship-state=NV;;ship-postal-code=89501;;ship-country=US;;ship-phone-number=555 0102;;delivery-Instructions=Back door' >o.tsv
	in_with amazon-unshipped o.tsv
	[ "$(order 1 external_ref,received_at,email,phone,customer_name,instructions,payment_method)" = \
		'222-1|2026-11-20T18:50:49Z|cy@birch.example|555 0102|Cy Birch|Back door|prepaid' ]
	[ "$(order 1 "$SHIP")" = 'Di Birch|9 Bay|Dock 4|Reno|NV|89501|US' ]
	[ "$(lines)" = '1: PEN 4x1.25=5.00 Pen' ]
}

@test "amazon-json: orders in their payload, cancelled ones skipped" {
	cat >o.json <<-'END'
	{"payload": {"NextToken": null, "Orders": [
	{"AmazonOrderId": "333-1", "PurchaseDate": "2026-11-20T10:00:00Z", "OrderStatus": "Unshipped",
	 "BuyerInfo": {"BuyerEmail": "eve@ash.example", "BuyerName": "Eve Ash"},
	 "ShippingAddress": {"Name": "E. Ash", "AddressLine1": "Quay 3", "City": "Cork", "PostalCode": "T12", "CountryCode": "IE"},
	 "OrderTotal": {"CurrencyCode": "EUR", "Amount": "21.00"},
	 "OrderItems": [{"SellerSKU": "CUP", "Title": "Cup", "QuantityOrdered": 3, "ItemPrice": {"Amount": "21.00"}}]},
	{"AmazonOrderId": "333-2", "OrderStatus": "Canceled"}]}}
	END
	in_with amazon-json o.json
	[ "$(order 1 external_ref,received_at,email,customer_name,payment_method,currency,total)" = \
		'333-1|2026-11-20T10:00:00Z|eve@ash.example|Eve Ash|prepaid|EUR|21.00' ]
	[ "$(order 1 "$SHIP")" = 'E. Ash|Quay 3||Cork||T12|IE' ]
	[ "$(lines)" = '1: CUP 3x7.00=21.00 Cup' ]
	[[ $stderr = *'2 rows: 1 order in, 1 line; 1 row skipped;'* ]]
}

@test "ebay: the buyer, the first address, the price of one" {
	cat >o.json <<-'END'
	{"total": 1, "orders": [{"orderId": "04-1", "creationDate": "2026-11-20T10:00:00.000Z",
	 "orderPaymentStatus": "PAID", "buyer": {"username": "fox", "buyerRegistrationAddress": {"fullName": "Flo Fox",
	 "email": "flo@fox.example", "primaryPhone": {"phoneNumber": "555 0103"},
	 "contactAddress": {"addressLine1": "Row 1", "city": "Leeds", "postalCode": "LS1", "countryCode": "GB"}}},
	 "fulfillmentStartInstructions": [{"shippingStep": {"shipTo": {"fullName": "F. Fox", "contactAddress":
	 {"addressLine1": "Row 2", "addressLine2": "Flat 3", "city": "York", "postalCode": "YO1", "countryCode": "GB"}}}}],
	 "pricingSummary": {"total": {"value": "14.00", "currency": "GBP"}, "deliveryCost": {"value": "2.00"}, "tax": {"value": "0.00"}},
	 "buyerCheckoutNotes": "Mind the fox", "lineItems": [{"legacyItemId": "110", "title": "Scarf", "quantity": 4,
	 "lineItemCost": {"value": "12.00"}}]}]}
	END
	in_with ebay o.json
	[ "$(order 1 external_ref,received_at,email,phone,customer_name,instructions)" = \
		'04-1|2026-11-20T10:00:00Z|flo@fox.example|555 0103|Flo Fox|Mind the fox' ]
	[ "$(order 1 "$ADDRESS")" = 'Flo Fox|Row 1||Leeds||LS1|GB' ]
	[ "$(order 1 "$SHIP")" = 'F. Fox|Row 2|Flat 3|York||YO1|GB' ]
	[ "$(order 1 "$MONEY")" = 'prepaid|GBP||200|0|14.00' ]
	[ "$(lines)" = '1: 110 4x3.00=12.00 Scarf' ]
}

@test "etsy: two spellings of dates, countries by name, listings without a code" {
	csv 'Sale Date,Item Name,Buyer,Quantity,Price,Order Shipping,Order Sales Tax,Currency,Listing ID,Ship Name,Ship Address1,Ship Address2,Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,Variations,SKU' , \
		"Sale Date=11/20/26;;Item Name=Sticker;;Buyer=gus;;Quantity=2;;Price=3.00;;Order Shipping=1.25;;Order Sales Tax=0.48;;Currency=USD;;Listing ID=9001;;Ship Name=Gus Elm;;Ship Address1=5 Oak;;Ship City=Bath;;Ship State=ME;;Ship Zipcode='04530;;Ship Country=United States;;Order ID=81;;Variations=Size: M" \
		'Sale Date=11/21/2026;;Item Name=Card;;Quantity=1;;Price=4;;Currency=USD;;Listing ID=9002;;Ship Name=Hal;;Ship Country=Germany;;Order ID=82;;SKU=CARD' >o.csv
	in_with etsy o.csv
	[ "$(order 1 external_ref,received_at,customer_name)" = '81|2026-11-20T00:00:00Z|gus' ]
	[ "$(order 1 "$SHIP")" = 'Gus Elm|5 Oak||Bath|ME|04530|US' ]
	[ "$(order 1 "$MONEY")" = 'prepaid|USD||125|48|7.73' ]
	[ "$(order 2 received_at,customer_name,ship_country)" = '2026-11-21T00:00:00Z|Hal|DE' ]
	[ "$(lines)" = $'1: 9001 2x3.00=6.00 Sticker (Size: M)\n2: CARD 1x4.00=4.00 Card' ]
}

@test "magento: an order row, then its items" {
	csv 'increment_id;name;telephone;email;company;address;city;postcode;region;country;shipping_name;shipping_company;shipping_address;shipping_city;shipping_postcode;shipping_region;shipping_country;shipping_amount;shipping_method;payment_method;sku;product_name;quantity;price' ';' \
		'increment_id=7;;name=Ida Yew;;telephone=555 0104;;email=ida@yew.example;;company=Yew AG;;address=Gasse 1;;city=Bern;;postcode=3000;;country=CH;;shipping_name=I. Yew;;shipping_address=Gasse 2;;shipping_city=Thun;;shipping_postcode=3600;;shipping_country=CH;;shipping_amount=5;;payment_method=checkmo' \
		'sku=HAT;;product_name=Hat;;quantity=1;;price=30' 'sku=CAP;;product_name=Cap;;quantity=2;;price=15.5' >o.csv
	in_with magento o.csv
	[ "$(order 1 external_ref,customer_name,email,phone)" = '7|Yew AG|ida@yew.example|555 0104' ]
	[ "$(order 1 "$ADDRESS")" = 'Ida Yew|Gasse 1|Yew AG|Bern||3000|CH' ]
	[ "$(order 1 "$SHIP")" = 'I. Yew|Gasse 2||Thun||3600|CH' ]
	[ "$(order 1 "$MONEY")" = 'invoice|EUR||500||66.00' ]
	[ "$(lines)" = $'1: HAT 1x30.00=30.00 Hat\n1: CAP 2x15.50=31.00 Cap' ]
}

@test "northwind: dates with fractions, NULL is nothing" {
	csv 'orderID,customerID,orderDate,requiredDate,freight,shipName,shipAddress,shipCity,shipRegion,shipPostalCode,shipCountry,productID,unitPrice,quantity' , \
		'orderID=10;;customerID=KIM;;orderDate=2026-11-20 00:00:00.000;;requiredDate=2026-12-24 00:00:00.000;;freight=3.25;;shipName=Kim;;shipAddress=Via 1;;shipCity=Rome;;shipRegion=NULL;;shipPostalCode=00100;;shipCountry=Italy;;productID=11;;unitPrice=14;;quantity=12' \
		'orderID=10;;productID=12;;quantity=' 'orderID=10;;productID=42;;unitPrice=9.8;;quantity=10' >o.csv
	in_with northwind o.csv
	[ "$(order 1 external_ref,customer,received_at,requested_on,shipping_minor)" = \
		'10|KIM|2026-11-20T00:00:00Z|2026-12-24|325' ]
	[ "$(order 1 "$SHIP")" = 'Kim|Via 1||Rome||00100|IT' ]
	[ "$(lines)" = $'1: 11 12x14.00=168.00 \n1: 42 10x9.80=98.00 ' ]
	[[ $stderr = *'1 row skipped: quantity? is blank'* ]]
}

@test "oracle-po: purchase orders with countries by name" {
	cat >o.json <<-'END'
	[{"PONumber": 1, "Reference": "LEE-1", "Requestor": "Lee Pine", "ShippingInstructions": {"name": "Lee Pine",
	 "Address": {"street": "12 Dock Rd", "city": "Oxford", "county": "Oxon.", "postcode": "OX9", "country": "United Kingdom"},
	 "Phone": [{"type": "Office", "number": "555 0105"}, {"number": "1"}]}, "Special Instructions": "By air",
	 "LineItems": [{"ItemNumber": 1, "Part": {"Description": "Film", "UnitPrice": 19.95, "UPCCode": 13131092899}, "Quantity": 9}]}]
	END
	in_with oracle-po o.json
	[ "$(order 1 external_ref,customer_name,phone,instructions)" = 'LEE-1|Lee Pine|555 0105|By air' ]
	[ "$(order 1 "$SHIP")" = 'Lee Pine|12 Dock Rd||Oxford|Oxon.|OX9|GB' ]
	[ "$(lines)" = '1: 13131092899 9x19.95=179.55 Film' ]
}

@test "shopify-json: nested addresses, shipping that is added up" {
	cat >o.json <<-'END'
	{"orders": [{"id": 1, "name": "#9001", "created_at": "2026-11-20T12:00:00-05:00", "email": "mia@rowan.example",
	 "phone": null, "financial_status": "paid", "currency": "CAD", "total_discounts": "1.00", "total_tax": "0.65",
	 "total_price": "27.65", "customer_locale": "en", "note": "Thanks", "customer": {"first_name": "Mia", "last_name": "Rowan"},
	 "billing_address": {"name": "Mia Rowan", "company": "Rowan Co", "address1": "1 Bay", "address2": "Unit 2", "city": "Ottawa",
	  "province": "Ontario", "province_code": "ON", "zip": "K1A", "country_code": "CA", "phone": "555 0106"},
	 "shipping_address": {"name": "Ned", "address1": "2 Bay", "city": "Laval", "province": "Quebec", "zip": "H7A", "country_code": "CA"},
	 "shipping_lines": [{"price": "5.00"}, {"price": "3"}],
	 "line_items": [{"sku": "JAM", "name": "Jam", "quantity": 2, "price": "7.50"}, {"sku": "", "name": "Note", "quantity": 1, "price": "5"}]}]}
	END
	in_with shopify-json o.json
	[ "$(order 1 external_ref,received_at,email,phone,customer_name,language,instructions)" = \
		'#9001|2026-11-20T17:00:00Z|mia@rowan.example|555 0106|Rowan Co|en|Thanks' ]
	[ "$(order 1 "$ADDRESS")" = 'Mia Rowan|1 Bay|Unit 2, Rowan Co|Ottawa|ON|K1A|CA' ]
	[ "$(order 1 "$SHIP")" = 'Ned|2 Bay||Laval|Quebec|H7A|CA' ]
	[ "$(order 1 "$MONEY")" = 'prepaid|CAD|100|800|65|27.65' ]
	[ "$(lines)" = $'1: JAM 2x7.50=15.00 Jam\n1: Note 1x5.00=5.00 Note' ]
	# one order alone, as the API gives it
	python3 -c 'import json; print(json.dumps({"order": json.load(open("o.json"))["orders"][0]}))' |
		sed 's/#9001/#9002/' >one.json
	in_with shopify-json one.json
	[ "$(order 2 external_ref,total)" = '#9002|27.65' ]
}

@test "square: cents become euros and yen, cancelled orders are skipped" {
	cat >o.json <<-'END'
	{"orders": [{"id": "SQ1", "state": "OPEN", "created_at": "2026-11-20T10:00:00.000Z",
	 "fulfillments": [{"shipment_details": {"recipient": {"display_name": "Ola Yew", "email_address": "ola@yew.example",
	  "phone_number": "555 0107", "address": {"address_line_1": "4 Kay", "locality": "Galway",
	  "administrative_district_level_1": "G", "postal_code": "H91", "country": "IE"}}}}],
	 "total_money": {"amount": 1599, "currency": "EUR"}, "total_tax_money": {"amount": 99},
	 "total_discount_money": {"amount": 0}, "total_service_charge_money": {"amount": 500},
	 "line_items": [{"catalog_object_id": "TEA", "name": "Tea", "variation_name": "Green", "quantity": "2", "note": "Hot"}]},
	 {"id": "SQ2", "state": "CANCELED", "total_money": {"amount": 5, "currency": "JPY"}},
	 {"id": "SQ3", "total_money": {"amount": 1599, "currency": "JPY"}, "line_items": [{"name": "Tea", "quantity": "1"}]}]}
	END
	in_with square o.json
	[ "$(order 1 external_ref,received_at,email,phone,customer_name)" = 'SQ1|2026-11-20T10:00:00Z|ola@yew.example|555 0107|Ola Yew' ]
	[ "$(order 1 "$SHIP")" = 'Ola Yew|4 Kay||Galway|G|H91|IE' ]
	[ "$(order 1 "$MONEY")" = '|EUR|0|500|99|15.99' ]
	[ "$(order 2 external_ref,currency,total)" = 'SQ3|JPY|1599' ]
	[ "$(sql 'SELECT sku, description, line_instructions FROM v_lines')" = $'TEA|Tea Green|Hot\nTea|Tea|' ]
	[[ $stderr = *'1 row skipped: state is "CANCELED"'* ]]
}

@test "superstore: rows of one order that are apart, days before months" {
	csv 'Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,Country/Region,City,State/Province,Postal Code,Product ID,Product Name,Sales,Quantity' , \
		'Order ID=US-1;;Order Date=03/11/26;;Customer ID=P-1;;Customer Name=Pia Fir;;Country/Region=United States;;City=Waco;;State/Province=Texas;;Postal Code=76701;;Product ID=OFF-1;;Product Name=Pad 8" x 5";;Sales=16.448;;Quantity=2' \
		'Order ID=US-2;;Order Date=04/11/26;;Customer ID=Q-1;;Customer Name=Quin;;Country/Region=Canada;;Product ID=OFF-2;;Product Name=Pen;;Sales=3;;Quantity=3' \
		'Order ID=US-1;;Order Date=03/11/26;;Customer ID=P-1;;Customer Name=Pia Fir;;Country/Region=United States;;City=Waco;;State/Province=Texas;;Postal Code=76701;;Product ID=OFF-2;;Product Name=Pen;;Sales=2;;Quantity=2' >o.csv
	in_with superstore o.csv
	[ "$(order 1 external_ref,received_at,customer,customer_name,currency)" = 'US-1|2026-11-03T00:00:00Z|P-1|Pia Fir|USD' ]
	[ "$(order 1 "$SHIP")" = 'Pia Fir|||Waco|Texas|76701|US' ]
	[ "$(order 2 external_ref,ship_country)" = 'US-2|CA' ]
	[ "$(lines)" = $'1: OFF-1 2x8.224=16.45 Pad 8" x 5"\n1: OFF-2 2x1.00=2.00 Pen\n2: OFF-2 3x1.00=3.00 Pen' ]
}

@test "superstore-eu: windows-1252, semicolons and decimal commas" {
	csv 'Row ID;Ship Date;Customer Name;City;State;Postal Code;Region;Product Name;Sales;Quantity' ';' \
		'Row ID=1;;Ship Date=2026-11-11;;Customer Name=Zoë Ash;;City=Troy;;State=Ohio;;Postal Code=45373;;Product Name=Chair;;Sales=261,96;;Quantity=2' |
		iconv -f UTF-8 -t windows-1252 >o.csv
	in_with superstore-eu o.csv
	[ "$(order 1 external_ref,received_at,customer_name,currency)" = '1|2026-11-11T00:00:00Z|Zoë Ash|USD' ]
	[ "$(order 1 "$SHIP")" = 'Zoë Ash|||Troy|Ohio|45373|US' ]
	[ "$(lines)" = '1: Chair 2x130.98=261.96 Chair' ]
}

@test "uci: times by the clocks of London, customers without .0, countries" {
	csv 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country' , \
		'InvoiceNo=900;;StockCode=85A;;Description=JAR;;Quantity=6;;InvoiceDate=2011-07-01 08:26:00;;UnitPrice=2.55;;CustomerID=17850.0;;Country=EIRE' \
		'InvoiceNo=900;;StockCode=71B;;Description=LID;;Quantity=6;;InvoiceDate=2011-07-01 08:26:00;;UnitPrice=3;;CustomerID=17850.0;;Country=EIRE' \
		'InvoiceNo=901;;StockCode=71B;;Quantity=1;;InvoiceDate=2011-01-01 08:00:00;;UnitPrice=0;;Country=Unspecified' >o.csv
	in_with uci o.csv
	[ "$(order 1 external_ref,received_at,customer,bill_country,currency,total)" = '900|2011-07-01T07:26:00Z|17850|IE|GBP|33.30' ]
	[ "$(order 2 received_at,customer,bill_country)" = '2011-01-01T08:00:00Z||' ]
	[ "$(lines | head -n 2)" = $'1: 85A 6x2.55=15.30 JAR\n1: 71B 6x3.00=18.00 LID' ]
	run --separate-stderr order-receive -q --map uci <<<$'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\nC902,71B,LID,-1,2011-07-01 08:26:00,3,,EIRE'
	[ "$status" -eq 1 ]
	[[ $stderr = *'stdin:2: quantity: "-1" '* ]]
}

@test "woocommerce-json: an object that came as an empty list, payments" {
	cat >o.json <<-'END'
	[{"id": 5, "number": "71", "date_created": "2026-11-20T11:00:00", "date_created_gmt": "2026-11-20T10:00:00",
	 "billing": {"first_name": "Ray", "last_name": "Elm", "company": "", "address_1": "6 Lane", "address_2": "", "city": "Lund",
	  "state": "", "postcode": "222 20", "country": "SE", "email": "ray@elm.example", "phone": "555 0108"},
	 "shipping": [], "payment_method": "cod", "currency": "SEK", "shipping_total": "49.00", "total_tax": "0.00",
	 "total": "148.00", "customer_note": "", "line_items": [{"name": "Sock", "sku": null, "quantity": 3, "total": "99.00"}]}]
	END
	in_with woocommerce-json o.json
	[ "$(order 1 external_ref,received_at,email,phone,customer_name)" = '71|2026-11-20T10:00:00Z|ray@elm.example|555 0108|Ray Elm' ]
	[ "$(order 1 "$ADDRESS")" = 'Ray Elm|6 Lane||Lund||222 20|SE' ]
	[ "$(order 1 "$MONEY")" = 'cod|SEK||4900|0|148.00' ]
	[ "$(lines)" = '1: Sock 3x33.00=99.00 Sock' ]
}

@test "every built-in map has a test of its own here" {
	order-receive --maps | columns map >names
	[ "$(wc -l <names)" -ge 16 ]
	while read -r name; do
		grep -q "^@test \"$name: " "$BATS_TEST_FILENAME"
	done <names
}

# ---- maps of one's own ----

clerk() {
	cat >clerk.map <<-'END'
	# The shop's daily file
	decimal comma
	thousands point
	timezone Europe/Berlin
	skip rows where Artikel is "Trinkgeld"
	channel       = "portal"
	external_ref  = Nr
	received_at   = Datum | date "%d.%m.%Y"
	customer_name = Kunde
	sku           = Artikel
	quantity      = Menge
	unit_price    = Preis
	END
}

@test "a clerk's own map: semicolons, decimal commas, days by local clocks" {
	clerk
	printf 'Nr;Datum;Kunde;Artikel;Menge;Preis\n1;20.11.2026;Süd;BOX;1.200;1.000,5\n;;;Trinkgeld;1;5\n' >o.csv
	in_with ./clerk.map o.csv
	[ "$(order 1 received_at,customer_name)" = '2026-11-19T23:00:00Z|Süd' ]
	[ "$(lines)" = '1: BOX 1200x1000.50=1200600.00 ' ]
	[[ $stderr = *'1 row skipped: Artikel is "Trinkgeld"'*'2 rows: 1 order in, 1 line; 1 row skipped;'* ]]
	run --separate-stderr order-receive -q --map clerk.map o.csv
	[ -z "$output$stderr" ]
}

@test "a map that is missing, or broken, is told with its line" {
	run --separate-stderr order-receive --map nowhere </dev/null
	[ "$status" -eq 66 ]
	[[ $stderr = *'nowhere: is no file here and no built-in map (see: order-receive --maps)'* ]]
	run --separate-stderr order-receive --map ./nowhere.map </dev/null
	[ "$status" -eq 66 ]
	run --separate-stderr order-receive --map . </dev/null
	[ "$status" -eq 66 ]
	clerk
	echo 'skuu = Artikel' >>clerk.map
	run --separate-stderr order-receive --map clerk.map </dev/null
	[ "$status" -eq 78 ]
	[ "$stderr" = 'order-receive: clerk.map:13: "skuu" is no column of an order (did you mean sku?)' ]
	head -c 3000 /dev/zero >zero.map
	run --separate-stderr order-receive --map zero.map </dev/null
	[ "$status" -eq 78 ]
	printf 'sku = A\nquantity = N\nencoding klingon\n' >k.map
	run --separate-stderr order-receive --map k.map <<<$'A,N\nx,1'
	[ "$status" -eq 78 ]
	[[ $stderr = *'k.map:3: encoding: "klingon" is not known'* ]]
}

@test "--show-map prints what --map uses" {
	csv "$SHOPIFY" , "Name=#1;;Currency=EUR;;Total=4;;Created at=2026-11-21 18:40:02 +0100;;Lineitem quantity=2;;Lineitem name=A;;Lineitem price=2;;Billing Zip='01" >o.csv
	order-receive -n --map shopify o.csv >built-in
	order-receive --show-map shopify >my.map
	order-receive -n --map ./my.map o.csv >mine
	cmp built-in mine
	for name in $(order-receive --maps | columns map); do
		order-receive --show-map "$name" >"$name.map"
		order-receive --check-map "./$name.map" <<<x >/dev/null 2>err || [ $? -eq 65 ]
	done
	run --separate-stderr order-receive --show-map shop
	[ "$status" -eq 64 ]
	[[ $stderr = *'there is no built-in map "shop"'* ]]
}

@test "--check-map says value by value what would be in the store, without one" {
	clerk
	printf 'Nr;Datum;Kunde;Artikel;Menge;Preis\n1;20.11.2026;Süd;BOX;1.200;1.000,5\n' >o.csv
	ORDER_DB=nowhere.db order-receive --check-map clerk.map o.csv >check 2>err
	[ "$(cat err)" = 'order-receive: 1 record' ]
	[ ! -e nowhere.db ]
	[ "$(head -n 1 check)" = line,column,value,from,found,fault ]
	grep -qx '2,received_at,2026-11-19T23:00:00Z,Datum,20.11.2026,' check
	grep -qx '2,quantity,1200,Menge,1.200,' check
	in_with clerk.map o.csv
	for c in external_ref received_at customer_name; do
		[ "$(order 1 $c)" = "$(awk -F, -v c=$c '$2 == c { print $3 }' check)" ]
	done
}

@test "--check-map: 1 when something cannot be used, but for what is skipped" {
	clerk
	printf 'Nr;Datum;Kunde;Artikel;Menge;Preis\n1;20.11.2026;Süd;BOX;2;1\n1;20.11.2026;Süd;Trinkgeld;x;\n' >o.csv
	order-receive --check-map clerk.map o.csv >check 2>err
	[[ $(cat err) = *'1 skipped: Artikel is "Trinkgeld"'* ]]
	for row in '2;2026-11-20;Süd;BOX;2;1' '2;20.11.2026;Süd;BOX;1o;1' '2;20.11.2026;Süd;BOX;2' \
		$'2;20.11.2026;S\xfcd;BOX;2;1' '2;20.11.2026;Süd;BOX;2;1.5.0'; do
		{ cat o.csv; echo "$row"; } >p.csv
		run --separate-stderr order-receive --check-map clerk.map p.csv
		[ "$status" -eq 1 ]
		[ "$(printf '%s\n' "$output" | columns fault | grep -c .)" -eq 1 ]
	done
	run --separate-stderr order-receive --check-map clerk.map <<<$'Nr;Datum\n1;2'
	[ "$status" -eq 65 ]
	[[ $stderr = *"stdin: header: there is no column 'Artikel', which the map clerk.map needs"* ]]
}

@test "a card number in a column that no rule uses is refused and kept nowhere" {
	clerk
	printf 'Nr;Datum;Kunde;Artikel;Menge;Preis;Notiz\n1;20.11.2026;Süd;BOX;1;1;%s\n2;20.11.2026;Süd;BOX;1;1;ok\n' \
		'4111 1111 1111 1111' >o.csv
	run --separate-stderr order-receive --map clerk.map --rejects bad.csv o.csv
	[ "$status" -eq 1 ]
	[[ $stderr = *'o.csv:2: '*'payment card number'* ]]
	order-receive -q --map clerk.map o.csv 2>err || [ $? -eq 1 ]
	order-receive --check-map clerk.map o.csv >check 2>>err || [ $? -eq 1 ]
	printf '[{"i":1,"x":{"y":[4111111111111111]},"l":[{"s":"A","q":1}]},{"i":2,"l":[{"s":"A","q":1,"z":"4\\u0031111111-11111111"}]}]' >o.json
	printf 'format json\nlines l\nchannel = "portal"\nexternal_ref = i\nsku = s\nquantity = q\n' >j.map
	order-receive -q --map j.map o.json 2>err || [ $? -eq 1 ]
	[ "$(sql 'SELECT group_concat(external_ref) FROM orders')" = 2 ]
	[ "$(sql 'SELECT count(*) FROM rejects')" -eq 3 ]
	! grep -aE '4111[ -]?1111|411111' orders.db* bad.csv check err
}

@test "JSON: lines that are skipped are told once and are no rows, with --group as well" {
	printf 'format json\nlines l\nskip rows where q is "0"\nchannel = "portal"\nexternal_ref = i\nsku = s\nquantity = q\n' >j.map
	echo '[{"i":1,"l":[{"s":"A","q":1},{"s":"B","q":0}]}]' >o.json
	for group in '' --group; do
		run --separate-stderr order-receive -v -n $group --map j.map o.json
		[ "$status" -eq 0 ]
		[[ $stderr = *'1 row skipped: q is "0"'*'1 row: 1 order in, 1 line; '* ]]
	done
}

@test "a wrong map is a fault of the header, not of every row" {
	printf 'A,B\n%s\n' '1,2' '3,4' >o.csv
	for name in shopify woocommerce etsy uci superstore amazon-all amazon-unshipped magento superstore-eu northwind; do
		run --separate-stderr order-receive --map $name o.csv
		[ "$status" -eq 65 ]
		[[ $stderr = "order-receive: o.csv: header: there is no column '"*"', which the map $name needs"* ]]
	done
	# one line of JSON is a header without rows
	printf '{"orders":[{"id":1}]}\n' >o.json
	run --separate-stderr order-receive --map woocommerce o.json
	[ "$status" -eq 65 ]
	run --separate-stderr order-receive --check-map etsy o.json
	[ "$status" -eq 65 ]
	run --separate-stderr order-receive --map oracle-po -i csv o.csv
	[ "$status" -eq 65 ]
	[ "$stderr" = 'order-receive: o.csv: is not JSON, which the map oracle-po is for' ]
	run --separate-stderr order-receive --map oracle-po o.csv
	[ "$status" -eq 65 ]
	[[ $stderr = *'o.csv:1: not JSON:'* ]]
}
