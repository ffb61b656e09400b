//! `/system/routerboard`: the board, where there is one.

use routeros_proto::{row, value::Text};

use crate::{Menu, Row};

row! {
    /// The board. A CHR, which is a virtual machine, has the menu and says that it is none.
    pub struct Routerboard, properties RouterboardProperty {
        /// Whether it is a board of MikroTik's.
        pub routerboard: bool = Routerboard(b"routerboard"),
        /// Its name.
        pub board_name: Text = BoardName(b"board-name"),
        /// Its model.
        pub model: Text = Model(b"model"),
        /// Its serial number.
        pub serial_number: Text = SerialNumber(b"serial-number"),
        /// The kind of its firmware.
        pub firmware_type: Text = FirmwareType(b"firmware-type"),
        /// The firmware it was sold with.
        pub factory_firmware: Text = FactoryFirmware(b"factory-firmware"),
        /// The firmware it runs.
        pub current_firmware: Text = CurrentFirmware(b"current-firmware"),
        /// The firmware it could run.
        pub upgrade_firmware: Text = UpgradeFirmware(b"upgrade-firmware"),
    }
}

impl Row for Routerboard {
    const MENU: Menu = Menu::Routerboard;
    type Property = RouterboardProperty;
}
