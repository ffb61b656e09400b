//! Who lives in the demo, and what is sold to them.

use std::error::Error;

use domain::{
    customer::{ServiceType, Setting},
    wire::{CustomerBody, PackageBody},
};
use time::{Date, Duration};

/// The router has this account under another profile than its package's.
pub(super) const MOVED: (&str, &str) = ("farid-0173", "Fiber_50_pppoe");
/// Nobody but the newcomer has this package, and no sync brought it to the router.
const NEW_PACKAGE: &str = "Village 5";

/// Name, username, package, status, type, telephone, zone, address, joined, days until they pay again, IP, MAC.
const SUBSCRIBERS: &str = "
Agus Setiawan     | agus.setiawan   | Fiber 100 | Active    | Business | +62 812 5550 101   | Tebet      | Jl. Tebet Raya 14            | 2023-02-11 |  19 | 10.20.0.11 |
João Conceição    | joao.conceicao  | Fiber 100 | Active    | Home     | +55 11 5550 102    | Centro     | Rua das Flores 220, ap. 31   | 2023-04-02 |   8 |            |
Wanjiku Kamau     | wanjiku.k       | Fiber 50  | Active    | Home     | +254 712 555 103   | Kilimani   | Argwings Kodhek Rd 9         | 2023-05-19 |  24 |            |
أحمد الزهراني     | ahmed.z         | Fiber 50  | Active    | Home     | +966 50 555 0104   | Al Olaya   | شارع العليا ١٢               | 2023-06-30 |  11 |            |
Rahim Uddin       | rahim-0172      | Home 10   | Active    | Home     | +880 1712 553018   | Mirpur     | House 12, Road 4, Block C    | 2023-07-08 |  16 |            |
Nusrat Jahan      | nusrat-0171     | Home 10   | Active    | Home     | +880 1711 550106   | Mirpur     | House 7, Road 11, Block A    | 2023-07-15 |   3 |            |
Siobhán O’Brien   | siobhan.obrien  | Home 20   | Active    | Wireless | +353 85 555 0107   | Connemara  | Mill Lane 3                  | 2023-08-21 |  27 |            |
Thiago Nascimento | thiago.n        | Home 20   | Active    | Home     | +55 21 5550 108    | Tijuca     | Rua Uruguai 87               | 2023-09-01 |  12 |            |
Dewi Lestari      | dewi.l          | Home 10   | Suspended | Home     | +62 813 5550 109   | Tebet      | Gang Mawar 5                 | 2023-09-17 |  -9 |            |
Farid Haque       | farid-0173      | Home 20   | Active    | Home     | +880 1713 550110   | Uttara     | House 31, Sector 7           | 2023-10-05 |  21 |            |
Grace Achieng     | grace.a         | Fiber 50  | Active    | Business | +254 722 555 111   | Westlands  | Mpaka Rd 17, 2nd floor       | 2023-10-28 |   6 | 10.20.0.12 |
Made Wirawan      | made.w          | Home 10   | Active    | Home     | +62 811 5550 112   | Ubud       | Jl. Hanoman 40               | 2023-11-11 |  14 |            |
রহিমা খাতুন        | rahima-0174     | Home 10   | Active    | Home     | +880 1714 550113   | Mirpur     | বাড়ি ১৮, রোড ৬               | 2023-12-03 |   9 |            | D4:CA:6D:10:00:13
Putri Handayani   | putri.h         | Home 20   | Active    | Home     | +62 812 5550 114   | Depok      | Jl. Margonda 120             | 2024-01-09 |  18 |            |
Otieno Odhiambo   | otieno.o        | Home 10   | Active    | Wireless | +254 733 555 115   | Kisumu     | Off Oginga Odinga St         | 2024-01-22 |   5 |            |
Mariana Duarte    | mariana.duarte  | Fiber 100 | Active    | Home     | +55 11 5550 116    | Pinheiros  | Rua dos Pinheiros 510        | 2024-02-14 |  26 |            |
Abdul Karim       | karim-0175      | Home 10   | Active    | Home     | +880 1715 550117   | Uttara     | House 2, Sector 11           | 2024-03-01 |   2 |            |
فاطمة القحطاني    | fatimah.q       | Fiber 50  | Active    | Home     | +966 55 555 0118   | Al Malaz   | حي الملز ٤٤                  | 2024-03-20 |  13 |            |
Padraig Byrne     | padraig.byrne   | Home 20   | Active    | Wireless | +353 86 555 0119   | Connemara  | Shore Road 8                 | 2024-04-06 |  22 |            |
Ketut Suardana    | ketut.s         | Home 10   | Active    | Home     | +62 819 5550 120   | Ubud       | Banjar Kalah 2               | 2024-04-18 |   7 |            |
Njeri Mwangi      | njeri.m         | Fiber 50  | Active    | Home     | +254 701 555 121   | Kilimani   | Ring Road 66                 | 2024-05-27 |  15 |            |
Lucas Ferreira    | lucas.ferreira  | Home 20   | Active    | Home     | +55 21 5550 122    | Tijuca     | Rua Conde de Bonfim 300      | 2024-06-12 |  20 |            |
Shirin Akter      | shirin-0176     | Home 10   | Active    | Home     | +880 1716 550123   | Mirpur     | House 55, Road 2, Block D    | 2024-07-07 |  10 |            |
Bayu Pratama      | bayu.p          | Fiber 100 | Active    | Business | +62 815 5550 124   | Depok      | Ruko Margonda 8              | 2024-07-30 |  28 | 10.20.0.13 |
Saoirse Ní Bhriain| saoirse.nb      | Home 10   | Active    | Wireless | +353 87 555 0125   | Connemara  | Bóthar na Trá 1              | 2024-08-15 |   4 |            |
Kamau Njoroge     | kamau.n         | Home 20   | Inactive  | Home     | +254 720 555 126   | Westlands  | School Lane 21               | 2024-09-02 | -60 |            |
Beatriz Lima      | beatriz.lima    | Home 10   | Active    | Home     | +55 11 5550 127    | Centro     | Rua Augusta 1200, ap. 8      | 2024-09-25 |  17 |            |
Tanvir Hossain    | tanvir-0177     | Fiber 50  | Active    | Business | +880 1717 550128   | Uttara     | Plaza 3, Sector 3            | 2024-10-10 |  23 | 10.20.0.14 |
سعود العتيبي      | saud.o          | Home 20   | Active    | Home     | +966 54 555 0129   | Al Olaya   | طريق الملك فهد ٩             | 2024-11-01 |   1 |            |
Ni Luh Sari       | niluh.sari      | Home 10   | Active    | Home     | +62 817 5550 130   | Ubud       | Jl. Bisma 12                 | 2024-12-24 |  25 |            |
Faith Wambui      | faith.w         | Home 10   | Active    | Home     | +254 711 555 131   | Kisumu     | Milimani 4                   | 2025-01-30 |  29 |            |
Jannatul Ferdous  | jannatul-0178   | Home 20   | Active    | Home     | +880 1718 550132   | Mirpur     | House 9, Road 9, Block E     | 2025-03-16 |  12 |            |
Rafael Azevedo    | rafael.az       | Fiber 100 | Active    | Home     | +55 21 5550 133    | Tijuca     | Rua Barão de Mesquita 45     | 2025-05-05 |  30 |            |
Aoife Kelleher    | aoife.k         | Home 20   | Active    | Home     | +353 83 555 0134   | Galway     | Dock Street 15               | 2025-06-21 |  16 |            |
";
/// Guests of a hotspot, in the same columns.
const GUESTS: &str = "
Room 101          | room101         | Guest 5   | Active    | Wireless |                    | Sea View   | First floor                  | 2025-02-01 |   4 |            |
Room 102          | room102         | Guest 5   | Active    | Wireless |                    | Sea View   | First floor                  | 2025-02-01 |   2 |            |
Room 201          | room201         | Guest 5   | Active    | Wireless |                    | Sea View   | Second floor                 | 2025-02-01 |   6 |            |
Café corner       | cafe-corner     | Guest 5   | Active    | Business | +62 361 555 0204   | Sea View   | Ground floor                 | 2025-02-01 |  30 |            |
Conference room   | conference      | Home 20   | Active    | Business | +62 361 555 0205   | Sea View   | Ground floor                 | 2025-02-01 |  30 |            |
";
/// Added in the console today and not brought to the router yet.
const NEWCOMER: &str = "
Imani Otieno      | imani.o         | Village 5 | Active    | Wireless | +254 734 555 135   | Kisumu     | Dunga Beach Rd 2             |            |  30 |            |
";

/// Everybody in the demo.
pub(super) struct People {
    pub(super) subscribers: Vec<CustomerBody>,
    pub(super) guests: Vec<CustomerBody>,
    pub(super) newcomer: CustomerBody,
}

impl People {
    /// As they stand on this day. They have no passwords yet.
    pub(super) fn on(today: Date) -> Result<Self, Box<dyn Error>> {
        let subscribers = people(SUBSCRIBERS, "CUS", ServiceType::Pppoe, today)?;
        let newcomer = people(NEWCOMER, "CUS", ServiceType::Pppoe, today)?;
        let id = Some(format!("CUS-{}", subscribers.len() + 1));
        let [newcomer] = newcomer.try_into().map_err(|_| "the demo has one newcomer")?;
        Ok(Self {
            guests: people(GUESTS, "GUEST", ServiceType::Hotspot, today)?,
            newcomer: CustomerBody { id, joined: Some(today.to_string()), ..newcomer },
            subscribers,
        })
    }
}

/// Everything that is sold, the newcomer's package last.
pub(super) fn packages() -> [PackageBody; 6] {
    let home_10 = PackageBody {
        burst_enabled: Some(true),
        burst_download_speed: Some(20.0),
        burst_upload_speed: Some(10.0),
        ..package("Home 10", (10.0, 5.0), 500.0)
    };
    let fiber_50 = PackageBody {
        burst_enabled: Some(true),
        burst_download_speed: Some(80.0),
        burst_upload_speed: Some(40.0),
        burst_time: Some(16),
        ..package("Fiber 50", (50.0, 25.0), 1200.0)
    };
    let guest = PackageBody { shared_users: Some(3), ..package("Guest 5", (5.0, 2.0), 50.0) };
    [
        home_10,
        package("Home 20", (20.0, 10.0), 800.0),
        fiber_50,
        package("Fiber 100", (100.0, 50.0), 2000.0),
        PackageBody { validity: Some(1), ..guest },
        package(NEW_PACKAGE, (5.0, 1.0), 300.0),
    ]
}

fn package(name: &str, (down, up): (f64, f64), price: f64) -> PackageBody {
    PackageBody {
        name: Some(name.to_owned()),
        description: Some(format!("{down} Mbps down, {up} Mbps up")),
        price: Some(price),
        validity: Some(30),
        download_speed: Some(down),
        upload_speed: Some(up),
        ..PackageBody::default()
    }
}

fn people(table: &str, prefix: &str, service: ServiceType, today: Date) -> Result<Vec<CustomerBody>, Box<dyn Error>> {
    let rows = table.lines().filter(|line| !line.is_empty()).enumerate();
    rows.map(|(at, line)| person(line, format!("{prefix}-{}", at + 1), service, today)).collect()
}

fn person(line: &str, id: String, service: ServiceType, today: Date) -> Result<CustomerBody, Box<dyn Error>> {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [name, username, package, status, kind, mobile, zone, address, joined, paid_for, ip, mac] = fields[..] else {
        return Err(format!("{line:?} has not twelve fields").into());
    };
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let bound = |address: &str| text(address).map_or(Setting::Cleared, Setting::Is);
    let expiry_date = today.saturating_add(Duration::days(paid_for.parse()?));
    Ok(CustomerBody {
        id: Some(id),
        name: text(name),
        mobile: text(mobile),
        email: None,
        service_package: text(package),
        status: text(status),
        customer_type: Some(format!("{kind} User")),
        joined: text(joined),
        installation_address: text(address),
        zone: text(zone),
        expiry_date: Some(expiry_date.to_string()),
        notes: None,
        service_type: Some(service),
        pppoe_username: text(username),
        pppoe_password: None,
        mac_address: bound(mac),
        ip_address: bound(ip),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::{customer::Customer, package::Package};
    use time::Month;

    use super::*;

    #[test]
    fn everybody_in_the_demo_could_have_been_typed_into_the_console() {
        let People { subscribers, guests, newcomer } =
            People::on(Date::from_calendar_date(2026, Month::January, 5).unwrap()).unwrap();
        let packages = packages();
        let names: HashSet<_> = packages.iter().filter_map(|package| package.name.clone()).collect();
        for package in &packages {
            assert_eq!(Package::check(package), [], "{package:?}");
        }
        let everybody: Vec<_> = subscribers.iter().chain(&guests).chain([&newcomer]).collect();
        for customer in &everybody {
            assert_eq!(Customer::check(customer), [], "{customer:?}");
            assert!(names.contains(customer.service_package.as_deref().unwrap()), "{customer:?}");
        }
        let ids: HashSet<_> = everybody.iter().map(|customer| customer.id.clone()).collect();
        let usernames: HashSet<_> = everybody.iter().map(|customer| customer.pppoe_username.clone()).collect();
        assert_eq!((ids.len(), usernames.len(), packages.len()), (40, 40, 6));
        let brought: HashSet<_> = subscribers.iter().chain(&guests).map(|customer| &customer.service_package).collect();
        assert_eq!(brought.len(), 5, "every package but the newcomer's is brought to the router");
        assert!(!brought.contains(&newcomer.service_package));
        assert!(subscribers.iter().any(|customer| customer.pppoe_username.as_deref() == Some(MOVED.0)));
    }
}
